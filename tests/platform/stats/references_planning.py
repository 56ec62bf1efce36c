"""Prints the constants of the tests of bayesian, power, mde_relative_delta and additional_users, with 50 digits of
mpmath: expected losses and the noncentral t are integrals of densities, designs are roots found by Newton steps.

    python3 tests/platform/stats/references_planning.py        (needs mpmath; nothing runs it by itself)
"""

from mpmath import mp, mpf, exp, findroot, inf, log, loggamma, pi, quad, sqrt

from references import show, t_quantile, z_quantile, z_tail


def excess(z):
    """E[max(Z - z, 0)] as an integral, scaled by the density at z where z > 0."""
    z = mpf(z)
    if z <= 0:
        return quad(lambda x: (x - z) * exp(-x * x / 2), [z, z + 2, z + 5, z + 10, z + 30, inf]) / sqrt(2 * pi)
    scale = 1 / max(z, mpf(1))
    cuts = [0, scale, 4 * scale, 16 * scale, 64 * scale, inf]
    return quad(lambda u: u * exp(-z * u - u * u / 2), cuts) * exp(-z * z / 2) / sqrt(2 * pi)


def noncentral_tail(t, dof, shift):
    """P((Z + shift) / sqrt(X / dof) > t) over y = sqrt(X / dof)."""
    dof, shift = mpf(dof), mpf(shift)
    constant = dof / 2 * log(dof) - (dof / 2 - 1) * log(2) - loggamma(dof / 2)
    s = 1 / sqrt(2 * dof)
    cuts = sorted({max(mpf(0), 1 + k * s) for k in (-60, -30, -12, -6, -3, -1, 0, 1, 3, 6, 12, 30, 60)})
    return quad(lambda y: exp(constant + (dof - 1) * log(y) - dof * y * y / 2) * z_tail(t * y - shift), cuts)


def power(model, sides, n, ratio, sd, effect, alpha):
    n, ratio, alpha = mpf(n), mpf(ratio), mpf(alpha)
    shift = mpf(effect) / (mpf(sd) * sqrt(1 / n + 1 / (n * ratio)))
    p = alpha / 2 if sides == 2 else alpha
    if model == "z":
        c = z_quantile(p)
        return z_tail(c - shift) + (z_tail(c + shift) if sides == 2 else 0)
    dof = n * (1 + ratio) - 2
    c = t_quantile(p, dof)
    return noncentral_tail(c, dof, shift) + (noncentral_tail(c, dof, -shift) if sides == 2 else 0)


def bayesian():
    for name, prior in (("flat", None), ("relative", (0, "0.05")), ("informed", ("-0.01", "0.02"))):
        mc, mt, vc, vt = mpf(10), mpf("10.25"), mpf(4) / 200, mpf(5) / 250
        for scale in ("relative", "absolute"):
            unit = mc if scale == "relative" else mpf(1)
            m = (mt - mc) / unit
            se = sqrt(vt / mc**2 + vc * mt**2 / mc**4) if scale == "relative" else sqrt(vc + vt)
            sd = se
            if prior:
                pm, ps = (mpf(x) * (1 if scale == "relative" else mc) for x in prior)
                w = 1 / ps**2 + 1 / se**2
                m, sd = (pm / ps**2 + m / se**2) / w, 1 / sqrt(w)
            z, q = m / sd, z_quantile("0.025")
            show(f"bayesian {name} {scale} se mean sd", se, m, sd)
            show("  chance, losses", z_tail(-z), sd * excess(z), sd * excess(-z))
            show("  interval", m - q * sd, m + q * sd)
    for z in ("-40", "-2", "0", "2.999", "3", "5", "30", "37"):
        show(f"excess({z})", excess(z))
    show("chance at -30", z_tail(30))


def planning():
    for args in (
        ("t", 2, "64", 1, 1, "0.5", "0.05"), ("t", 2, "20", 1, 1, 1, "0.05"), ("t", 1, "20", "0.5", 2, "1.5", "0.01"),
        ("t", 2, "2", 1, 1, "0.5", "0.05"), ("t", 2, "10000000", 1, 3, "0.004", "0.05"),
        ("z", 2, "64", 1, 1, "0.5", "0.05"), ("z", 1, "64", 1, 1, "0.5", "0.05"), ("z", 2, "100", 2, 1, "0.01", "0.05"),
        ("t", 1, "64", 1, 1, "-0.5", "0.05"),
    ):
        show(f"power{args}", power(*args))
    show("noncentral_tail(12.7 1 40)", noncentral_tail(mpf("12.7"), 1, 40))
    show("noncentral_tail(2 3.5 2.8)", noncentral_tail(2, mpf("3.5"), mpf("2.8")))
    show("noncentral_tail(2e5 2 1e5)", noncentral_tail(mpf("2e5"), 2, mpf("1e5")))
    mp.dps = 30
    for model, sides, ratio, sd, effect, alpha, target, start in (
        ("t", 2, 1, 1, "0.5", "0.05", "0.8", 63), ("t", 2, "0.5", 3, 1, "0.01", "0.9", 400),
        ("t", 1, 1, 1, 1, "0.05", "0.8", 13), ("t", 2, 1, 1, 1, "0.05", "0.9", 22),
        ("z", 2, 1, 1, "0.5", "0.05", "0.8", 63), ("z", 1, 2, 1, "0.5", "0.05", "0.8", 37),
    ):
        root = findroot(lambda n: power(model, sides, n, ratio, sd, effect, alpha) - mpf(target), (start, start * 1.01), tol=1e-20)
        show(f"sample_size {model} {sides}-sided ratio {ratio} sd {sd} effect {effect} alpha {alpha} power {target}", root)
    for model, n, start in (("t", 20, "0.9"), ("z", 20, "0.9"), ("t", 2, "5")):
        root = findroot(lambda d: power(model, 2, n, 1, 1, d, "0.05") - mpf("0.8"), (mpf(start), mpf(start) * 1.01), tol=1e-20)
        show(f"mde {model} n {n}", root)
    mp.dps = 50
    k = z_quantile("0.025") + z_quantile("0.2")
    for m, n in ((10, 1000), (-10, 1000), (1, 40)):
        se = lambda x: sqrt(mpf(4) / n * (1 / mpf(m) ** 2 + (m + x * abs(m)) ** 2 / mpf(m) ** 4))
        show(f"mde_relative_delta mean {m} n {n}", findroot(lambda x: x - k * se(x), (mpf("0.02"), mpf("0.021")) if n > 40 else (mpf(2), mpf("2.1"))))
    show("mde_relative_delta, the n below which none is found, mean 1", 4 * k**2)


def additional():
    mc, mt, vc, vt, n = mpf(10), mpf("10.25"), mpf(4) / 200, mpf(5) / 250, 450
    se = sqrt(vt / mc**2 + vc * mt**2 / mc**4)
    alpha, target, n_star = mpf("0.05"), mpf("0.02"), 5000
    rho2 = (-2 * log(alpha) + log(1 - 2 * log(alpha))) / n_star

    def sequential(total):
        return sqrt(total) * sqrt(2 * (total * rho2 + 1) / (total**2 * rho2) * log(sqrt(total * rho2 + 1) / alpha))

    for name, critical in (("fixed", lambda total: z_quantile("0.025")), ("sequential", sequential)):
        at = lambda s: z_tail(critical(n * (1 + s)) - target / se * sqrt(1 + s)) + z_tail(critical(n * (1 + s)) + target / se * sqrt(1 + s))
        s = findroot(lambda s: at(s) - mpf("0.8"), (mpf(6), mpf("6.5")))
        show(f"additional_users {name} se, power now, s, users", se, at(mpf(0)), s, s * n)


bayesian()
planning()
additional()
