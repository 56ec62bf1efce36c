"""Constants of ratio_test, cuped_test and cuped_relative_fieller_test, in 50 digits, from the raw values of those
tests: adjusted variances are those of the adjusted values themselves, not of a quadratic form.

    python3 tests/platform/stats/references_covariates.py
"""

from mpmath import findroot, mpf, sqrt

from references import show, t_quantile, t_tail

# numerator, denominator, and the same before the experiment
CONTROL = [(3, 2, 2, 2), (7, 3, 5, 2), (1, 1, 2, 1), (9, 4, 7, 4), (4, 3, 6, 3), (6, 2, 4, 2), (2, 2, 1, 1)]
TREATMENT = [(5, 2, 3, 2), (8, 3, 5, 3), (4, 1, 2, 1), (12, 4, 9, 4), (3, 2, 3, 2), (10, 3, 4, 2)]


def mean(v):
    return sum(map(mpf, v)) / len(v)


def cov(a, b):
    ma, mb = mean(a), mean(b)
    return sum((x - ma) * (y - mb) for x, y in zip(a, b)) / (len(a) - 1)


def columns(units):
    return [list(c) for c in zip(*units)]


def test(name, estimate, variances, dof_variances, sizes):
    se = sqrt(sum(variances))
    dof = sum(dof_variances) ** 2 / sum(v**2 / (n - 1) for v, n in zip(dof_variances, sizes))
    q = t_quantile(mpf("0.025"), dof)
    show(name + " estimate se dof", estimate, se, dof)
    show(name + " p interval", 2 * t_tail(abs(estimate) / se, dof), estimate - q * se, estimate + q * se)
    return se, dof


def linear(num, den):
    """Linearised units of the ratio, around it."""
    r, d = mean(num) / mean(den), mean(den)
    return r, [r + (x - r * y) / d for x, y in zip(num, den)]


def adjusted(name, control, treatment, theta, full_gradient):
    """control, treatment: (outcome units, covariate units)"""
    sizes = [len(control[0]), len(treatment[0])]
    units = [[y - theta * x for y, x in zip(*arm)] for arm in (control, treatment)]
    variances = [cov(u, u) / len(u) for u in units]
    plain = [cov(arm[0], arm[0]) / len(arm[0]) for arm in (control, treatment)]
    estimate = mean(units[1]) - mean(units[0])
    show(name + " theta, variance reduction", theta, 1 - sum(variances) / sum(plain))
    test(name + " absolute", estimate, variances, variances, sizes)
    c = mean(control[0])
    r = 1 + estimate / c if full_gradient else mean(treatment[0]) / c
    lift = [r * y - theta * x for y, x in zip(*control)]
    relative = [cov(lift, lift) / sizes[0] / c**2, variances[1] / c**2]
    test(name + " relative", estimate / abs(c), relative, variances, sizes)
    return estimate, variances, c


def main():
    cm, cd, cm0, cd0 = columns(CONTROL)
    tm, td, tm0, td0 = columns(TREATMENT)
    (rc, uc), (rt, ut) = linear(cm, cd), linear(tm, td)
    show("ratio s^2", rc, cov(uc, uc), rt, cov(ut, ut))
    v = [cov(uc, uc) / len(uc), cov(ut, ut) / len(ut)]
    test("ratio absolute", rt - rc, v, v, (len(uc), len(ut)))
    r = rt / rc
    test("ratio relative", r - 1, [r**2 * v[0] / rc**2, v[1] / rc**2], v, (len(uc), len(ut)))

    (_, wc), (_, wt) = linear(cm0, cd0), linear(tm0, td0)
    theta = (cov(uc, wc) + cov(ut, wt)) / (cov(wc, wc) + cov(wt, wt))
    adjusted("cuped_ratio", (uc, wc), (ut, wt), theta, True)

    theta = cov(cm + tm, cm0 + tm0) / cov(cm0 + tm0, cm0 + tm0)
    n, variances, d = adjusted("cuped_mean", (cm, cm0), (tm, tm0), theta, False)
    dof = sum(variances) ** 2 / sum(v**2 / (k - 1) for v, k in zip(variances, (len(cm), len(tm))))
    units = [y - theta * x for y, x in zip(cm, cm0)]
    vd, cnd, vn = cov(cm, cm) / len(cm), -cov(units, cm) / len(cm), sum(variances)
    for alpha in ("0.05", "0.1"):
        q = t_quantile(mpf(alpha) / 2, dof)
        f = lambda x: (n - x * d) ** 2 - q**2 * (vn - 2 * x * cnd + x**2 * vd)
        a, b = d**2 - q**2 * vd, n * d - q**2 * cnd
        gap = sqrt(b**2 - a * (n**2 - q**2 * vn))
        ends = [findroot(f, e + mpf("0.001")) for e in ((b - gap) / a, (b + gap) / a)]
        show("fieller", mpf(alpha), n / d, q**2 * vd / d**2, *ends)


if __name__ == "__main__":
    main()
