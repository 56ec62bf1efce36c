"""ratio_delta and what works with a covariate. The references see the raw units, from which the sums are made: the
ratio's variance is that of the linearised values, theta comes from a least-squares fit, gradients from differences."""

from fractions import Fraction
from math import inf, sqrt
from types import SimpleNamespace as Method

import numpy as np
from mpmath import mp, mpf

from arms import difference_result, random_test, t_quantile, t_result

_units = {}  # id of an input: the units behind it


def units(random, n, effect, names):
    """n units of a log-normal listener, rounded so that the sums below are exact."""
    taste = random.normal(0, 0.5, n)
    made = {}
    for name in names:
        noise = random.normal(0, 0.4, n)
        lift = effect if name in ("m", "y") else 0.0
        made[name] = np.round(np.exp(1 + taste + noise + lift) * 64) / 64
    return made


def sums(made):
    names = list(made)
    out = {"n": len(made[names[0]])}
    for i, a in enumerate(names):
        out[f"{a}_sum"] = float(made[a].sum())
        out[f"{a}_sum_sq"] = float((made[a] ** 2).sum())
        for b in names[i + 1:]:
            # The format's names of the products.
            out[f"{a}{b}_sum" if (a, b) != ("y", "x") else "xy_sum"] = float((made[a] * made[b]).sum())
    return out


def cases(random, count, names):
    for i in range(count):
        pair = {}
        for arm, effect in (("control", 0.0), ("treatment", float(random.normal(0, 0.1)))):
            pair[arm] = units(random, int(random.choice([4, 20, 200, 3000])), effect, names)
        given = {arm: sums(made) for arm, made in pair.items()}
        given |= random_test(random) | {"difference": str(random.choice(["absolute", "relative"])), "tag": i}
        _units[key(given)] = pair
        yield given


def key(given):
    return repr((given["control"], given["treatment"]))


def triple(values):
    """(n, mean, variance) of Fractions."""
    n, mean = len(values), sum(values) / len(values)
    return n, mean, sum((v - mean) ** 2 for v in values) / (n - 1)


def linearised(made, a="m", b="d"):
    """The ratio, and per unit (m - R d) / mean d, whose variance is the ratio's by the delta method."""
    m, d = ([Fraction(v) for v in made[name].tolist()] for name in (a, b))
    mean_d = sum(d) / len(d)
    ratio = sum(m) / sum(d)
    return ratio, [(x - ratio * y) / mean_d for x, y in zip(m, d)]


def summed_cases(random, count):
    yield from cases(random, count, ["m", "d"])
    given = next(cases(random, 1, ["m", "d"]))
    empty = {"n": 10, "m_sum": 5, "m_sum_sq": 9, "d_sum": 0, "d_sum_sq": 0, "md_sum": 0}
    yield given | {"control": empty}


def ratio_cases(random, count):
    yield from summed_cases(random, count)
    for i in range(count // 2):
        yield jackknife_case(random, i)


def jackknife_case(random, i):
    """Raw units, most of them without a denominator."""
    given = random_test(random) | {"difference": str(random.choice(["absolute", "relative"])), "variance": "jackknife"}
    for arm in ("control", "treatment"):
        n = int(random.choice([10, 40, 200]))
        d = np.where(random.random(n) < random.choice([0.15, 0.5, 1.0]), 1 + random.poisson(3, n), 0)
        given[arm] = {"m": np.round(d * random.random(n) * 8).tolist(), "d": d.astype(float).tolist()}
    return given


def jackknife_arm(arm):
    """(ratio, variance, dof): the ratio of all units but one, of each in turn, in fractions."""
    units = [(Fraction(m), Fraction(d)) for m, d in zip(arm["m"], arm["d"]) if m or d]
    m, d = sum(u[0] for u in units), sum(u[1] for u in units)
    if d == 0:
        return "zero_denominator"
    squares = sum(u[1] ** 2 for u in units)
    if squares == d * d:
        return "insufficient_data"
    without = [(m - a) / (d - b) for a, b in units]
    mean, k = sum(without) / len(without), len(without)
    return m / d, Fraction(k - 1, k) * sum((w - mean) ** 2 for w in without), d * d / squares - 1


def jackknife(given):
    arms = [jackknife_arm(given[arm]) for arm in ("control", "treatment")]
    for arm in arms:
        if isinstance(arm, str):
            return {"reason": arm}
    (c, vc, kc), (t, vt, kt) = arms
    means = {"control_mean": float(c), "treatment_mean": float(t)}
    if vc + vt == 0:
        return {"reason": "zero_variance"}
    dof = float((vc + vt) ** 2 / (vc**2 / kc + vt**2 / kt))
    estimate, variance = t - c, vc + vt
    if given["difference"] == "relative":
        if c == 0:
            return {"reason": "zero_control_mean"}
        estimate, variance = estimate / abs(c), vt / c**2 + vc * t**2 / c**4
        if variance == 0:
            return {"reason": "zero_variance"}
    return t_result(float(estimate), sqrt(variance), dof, given) | means


def ratio(given):
    if given.get("variance") == "jackknife":
        return jackknife(given)
    if given["control"]["d_sum"] == 0:
        return {"reason": "zero_denominator"}
    triples = []
    for arm in ("control", "treatment"):
        value, psi = linearised(_units[key(given)][arm])
        n, _, variance = triple(psi)
        triples.append((n, value, variance))
    return difference_result(*triples, given)


def linearised_ratio(given):
    if given["control"]["d_sum"] == 0:
        return {"reason": "zero_denominator"}
    arms = [[[Fraction(v) for v in made[name].tolist()] for name in ("m", "d")]
            for made in (_units[key(given)][arm] for arm in ("control", "treatment"))]
    kappa = sum(arms[0][0]) / sum(arms[0][1])
    values = [triple([x - kappa * y for x, y in zip(*arm)]) for arm in arms]
    return difference_result(*values, given | {"difference": "absolute"}) | {"kappa": float(kappa)}


def covariate_cases(random, count):
    yield from cases(random, count, ["y", "x"])


def fit(given):
    """theta by exact least squares over both arms, and per arm (n, y, x) as fractions."""
    arms = [[[Fraction(v) for v in made[name].tolist()] for name in ("y", "x")]
            for made in (_units[key(given)][arm] for arm in ("control", "treatment"))]
    y, x = ([*arms[0][i], *arms[1][i]] for i in (0, 1))
    mean_y, mean_x = sum(y) / len(y), sum(x) / len(x)
    theta = sum((a - mean_y) * (b - mean_x) for a, b in zip(y, x)) / sum((b - mean_x) ** 2 for b in x)
    return theta, arms


def cuped_mean(given):
    theta, arms = fit(given)
    adjusted = [triple([y - theta * x for y, x in zip(*arm)]) for arm in arms]
    raw = [triple(arm[0]) for arm in arms]
    base = difference_result(*adjusted, given | {"difference": "absolute"})
    del base["control_mean"], base["treatment_mean"]  # the adjusted ones are not part of the format
    variance = sum(a[2] / a[0] for a in adjusted)
    reduction = float(1 - variance / sum(a[2] / a[0] for a in raw))
    common = {"theta": float(theta), "variance_reduction": reduction, "control_mean_unadjusted": float(raw[0][1]),
              "treatment_mean_unadjusted": float(raw[1][1])}
    if given["difference"] == "absolute":
        return base | common
    (n, yc, _), (_, yt, _) = raw
    # Per unit of the control: y r - theta x is what the lift's linear form sees of it, up to the scale 1 / yc.
    r = yt / yc
    control = triple([y * r - theta * x for y, x in zip(*arms[0])])
    estimate = (adjusted[1][1] - adjusted[0][1]) / abs(yc)
    squared = (adjusted[1][2] / adjusted[1][0] + control[2] / control[0]) / yc**2
    return t_result(float(estimate), sqrt(squared), base["dof"], given) | common


def cuped_fieller(given):
    """Bounds as roots of (N - l D)^2 = q^2 (vN - 2 l cND + l^2 vD), by mpmath's polynomial roots."""
    theta, arms = fit(given)
    adjusted = [triple([y - theta * x for y, x in zip(*arm)]) for arm in arms]
    n, d, variance = triple(arms[0][0])
    numerator = adjusted[1][1] - adjusted[0][1]
    v_n = sum(a[2] / a[0] for a in adjusted)
    v_d = variance / n
    # covariance of the adjusted and the raw mean of the control
    both = triple([2 * y - theta * x for y, x in zip(*arms[0])])[2]
    covariance = (both - variance - adjusted[0][2]) / 2
    c_nd = -covariance / n
    dof = difference_result(*adjusted, {"alpha": 0.05})["dof"]
    mp.dps = 40
    q2 = mpf(t_quantile(given["alpha"] / 2, dof)) ** 2
    number, dd, vn, vd, cnd = (mpf(f.numerator) / f.denominator for f in (numerator, d, v_n, v_d, c_nd))
    g = q2 * vd / dd**2
    if g >= 1:
        return {"theta": float(theta), "estimate": float(number / dd), "g": float(g), "ci_lower": -inf,
                "ci_upper": inf}
    low, high = sorted(mp.polyroots([dd**2 - q2 * vd, -2 * number * dd + 2 * q2 * cnd, number**2 - q2 * vn],
                                    maxsteps=200, extraprec=200))
    return {"theta": float(theta), "estimate": float(number / dd), "ci_lower": float(low), "ci_upper": float(high),
            "g": float(g)}


def fieller_cases(random, count):
    for given in covariate_cases(random, count):
        plain = given | {"alternative": "two_sided"}
        yield plain


def cuped_ratio_cases(random, count):
    yield from cases(random, count, ["m", "d", "m0", "d0"])


def cuped_ratio(given):
    """Per unit u = (m - R d) / mean d and w, the same of the covariate, are what the gradients project onto."""
    sides = []
    for arm in ("control", "treatment"):
        made = _units[key(given)][arm]
        r, u = linearised(made)
        r0, w = linearised(made, "m0", "d0")
        sides.append((r, u, r0, w))
    def cov(a, b):
        # Both have mean 0 by construction.
        return sum(x * y for x, y in zip(a, b)) / (len(a) - 1)
    theta = sum(cov(w, u) for _, u, _, w in sides) / sum(cov(w, w) for *_, w in sides)
    adjusted = [(len(u), r - theta * r0, triple([a - theta * b for a, b in zip(u, w)])[2]) for r, u, r0, w in sides]
    base = difference_result(*adjusted, given | {"difference": "absolute"})
    del base["control_mean"], base["treatment_mean"]
    common = {"theta": float(theta)}
    if given["difference"] == "absolute":
        raw = [(len(u), r, triple(u)[2]) for r, u, _, _ in sides]
        reduction = 1 - sum(a[2] / a[0] for a in adjusted) / sum(a[2] / a[0] for a in raw)
        return base | common | {"variance_reduction": float(reduction)}
    rc, u, _, w = sides[0]
    delta = adjusted[1][1] - adjusted[0][1]
    # d/dR of (T' - R + theta R0) / |R| is -1 / |R| - sign(R) delta / R^2.
    slope = -1 / abs(rc) - (1 if rc > 0 else -1) * delta / rc**2
    control = triple([slope * a + theta / abs(rc) * b for a, b in zip(u, w)])[2] / len(u)
    squared = adjusted[1][2] / adjusted[1][0] / rc**2 + control
    return t_result(float(delta / abs(rc)), sqrt(squared), base["dof"], given) | common


METHODS = {
    "ratio_delta": Method(cases=ratio_cases, expected=ratio),
    "linearised": Method(cases=summed_cases, expected=linearised_ratio, TOLERANCE={"control_mean": inf}),
    "cuped_mean": Method(cases=covariate_cases, expected=cuped_mean),
    "cuped_relative_fieller": Method(cases=fieller_cases, expected=cuped_fieller),
    "cuped_ratio": Method(cases=cuped_ratio_cases, expected=cuped_ratio),
}
