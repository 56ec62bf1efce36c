"""Prints the constants of the tests in this directory, with 50 digits of mpmath and formulas of its own: tails are
integrals of the densities, quantiles and Fieller's limits are roots found by bisection and Newton steps.

    python3 tests/platform/stats/references.py        (needs mpmath; nothing runs it by itself)
"""

from mpmath import mp, mpf, betainc, erfc, erfinv, findroot, gammainc, log, sqrt, exp

mp.dps = 50


def show(name, *values):
    print(name, *(mp.nstr(v, 17) for v in values))


def z_tail(z):
    return erfc(mpf(z) / sqrt(2)) / 2


def z_quantile(p):
    return sqrt(2) * erfinv(1 - 2 * mpf(p))


def t_tail(t, dof):
    """P(T > t), t >= 0."""
    return betainc(mpf(dof) / 2, mpf(1) / 2, 0, dof / (dof + mpf(t) ** 2), regularized=True) / 2


def t_quantile(p, dof):
    guess = z_quantile(p) * (1 + 2 / mpf(dof))
    return findroot(lambda t: log(t_tail(t, dof) / mpf(p)), (guess, guess * mpf("1.01")), tol=mpf(10) ** -80)


def chi2_tail(x, dof):
    return gammainc(mpf(dof) / 2, mpf(x) / 2, mp.inf, regularized=True)


def moments(values):
    values = [mpf(str(v)) for v in values]
    mean = sum(values) / len(values)
    return len(values), mean, sum((v - mean) ** 2 for v in values)


def welch(c, t, weight=1, null=0):
    vc, vt = c[2] / (c[0] - 1) / c[0], t[2] / (t[0] - 1) / t[0]
    w = mpf(weight) ** 2 * vc
    dof = (w + vt) ** 2 / (w**2 / (c[0] - 1) + vt**2 / (t[0] - 1))
    return t[1] - mpf(weight) * c[1] - mpf(null), sqrt(w + vt), dof, vc, vt


def sample(n, mean, m2):
    return n, mpf(str(mean)), mpf(str(m2))


def main():
    sleep1 = moments([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    sleep2 = moments([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    for name, c, t, alpha in (
        ("sleep", sleep1, sleep2, "0.05"),
        ("offset", moments([999999999, 1000000001, 1000000000, 1000000002]), moments([1000000001, 1000000003, 1000000002]), "0.05"),
        ("two", sample(2, 1, "0.5"), sample(2, 3, "2"), "0.05"),
        ("huge", sample(10**7, 10, "4e7"), sample(10**7, "10.05", "4.2e7"), "0.05"),
        ("one_flat", sample(5, 2, 0), sample(4, 3, "1.2"), "0.1"),
        ("far", sample(1000, 1, "999"), sample(1000, "2.75", "999"), "0.05"),
        ("negative", sample(50, -4, "196"), sample(60, -3, "177"), "0.05"),
        ("lift", sample(200, 10, "796"), sample(180, "12.5", "1000"), "0.05"),
    ):
        e, se, dof, vc, vt = welch(c, t)
        q = t_quantile(mpf(alpha) / 2, dof)
        q1 = t_quantile(mpf(alpha), dof)
        show(name + ".estimate se dof", e, se, dof)
        show(name + ".p", 2 * t_tail(abs(e) / se, dof))
        show(name + ".interval", e - q * se, e + q * se)
        show(name + ".one-sided lower, upper, p", e - q1 * se, e + q1 * se, t_tail(abs(e) / se, dof))
        if c[1] == 0:
            continue
        g = q**2 * vc / c[1] ** 2
        show(name + ".g", g)
        if g < 1:
            ends = []
            for side in (-1, 1):
                start = t[1] / c[1] + side * q * sqrt(vt + (t[1] / c[1]) ** 2 * vc) / abs(c[1])
                ends.append(findroot(lambda r: ((t[1] - r * c[1]) ** 2 - q**2 * (vt + r**2 * vc)) / c[1] ** 2, start) - 1)
            ends = sorted(ends) if c[1] > 0 else sorted(-x for x in ends)
            show(name + ".fieller", *ends)
        lift, dse = e / abs(c[1]), sqrt(vt / c[1] ** 2 + vc * t[1] ** 2 / c[1] ** 4)
        show(name + ".delta lift se p interval", lift, dse, 2 * t_tail(abs(lift) / dse, dof), lift - q * dse, lift + q * dse)
        show(name + ".naive", (e - q * se) / abs(c[1]), (e + q * se) / abs(c[1]))

    show("t_tail(0.5 1.5)", t_tail(mpf("0.5"), mpf("1.5")))
    show("t_tail(40 1000)", t_tail(40, 1000))
    show("t_tail(37 1e7)", t_tail(37, mpf(10) ** 7))
    show("t_quantile(0.025 3.7)", t_quantile("0.025", mpf("3.7")))
    show("t_quantile(0.025 1e9)", t_quantile("0.025", mpf(10) ** 9))
    show("z_tail(37)", z_tail(37))
    show("chi2_tail(1400 3)", chi2_tail(1400, 3))

    c, t = mpf(821588), mpf(815482)
    x = (c - t) ** 2 / (c + t)
    show("srm kohavi", x, chi2_tail(x, 1))
    peas, ratio = [315, 108, 101, 32], [9, 3, 3, 1]
    x = sum((o - mpf(556) * r / 16) ** 2 / (mpf(556) * r / 16) for o, r in zip(peas, ratio))
    show("srm peas", x, chi2_tail(x, 3))
    x = mpf(10**6) ** 2 / mpf(21 * 10**6)
    show("srm huge 1e7, 1.1e7", x, chi2_tail(x, 1))
    table = [(180, 200), (150, 190), (205, 230)]
    p = mpf(sum(s for s, _ in table)) / sum(n for _, n in table)
    x = sum((s - n * p) ** 2 / (n * p) + (s - n * p) ** 2 / (n * (1 - p)) for s, n in table)
    show("homogeneity", x, chi2_tail(x, 2))

    for n_star, n, alpha, z in ((5000, 5000, "0.05", 3), (5000, 380, "0.05", 2), (5000, 2 * 10**7, "0.01", 55)):
        alpha = mpf(alpha)
        rho2 = (-2 * log(alpha) + log(1 - 2 * log(alpha))) / n_star
        k = sqrt(n) * sqrt(2 * (n * rho2 + 1) / (n**2 * rho2) * log(sqrt(n * rho2 + 1) / alpha))
        s = n * mpf(z) ** 2
        pv = min(mpf(1), sqrt(n * rho2 + 1) * exp(-rho2 * s / (2 * (n * rho2 + 1))))
        a2 = 2 * alpha
        rho1 = (-2 * log(a2) + log(1 - 2 * log(a2))) / n_star
        k1 = sqrt(n) * sqrt(2 * (n * rho1 + 1) / (n**2 * rho1) * log(1 + sqrt(n * rho1 + 1) / (2 * alpha)))
        show(f"sequential({n_star} {n} {alpha}) rho, multiplier, p(z={z}), one-sided multiplier", sqrt(rho2), k, pv, k1)

    c, t = sample(200, 10, "796"), sample(180, "9.6", "1000")
    for name, weight, null, sign in (("relative higher", "0.9", 0, 1), ("absolute higher", 1, -1, 1), ("relative lower", "1.02", 0, -1)):
        e, se, dof, _, _ = welch(c, t, weight, null)
        x = sign * e / se
        show("non_inferiority " + name, e / se, dof, t_tail(x, dof) if x > 0 else 1 - t_tail(-x, dof))


if __name__ == "__main__":
    main()
