"""welch_t and what else works on means."""

from fractions import Fraction
from math import exp, inf, isqrt, log, sqrt
from types import SimpleNamespace as Method

from scipy import stats

from arms import difference_result, mean_arm, moments_arm, random_arm, random_test, t_quantile, welch_parts


def pairs(random, count, **more):
    for _ in range(count):
        yield {"control": random_arm(random), "treatment": random_arm(random, random.normal(0, 0.5)),
               **random_test(random), **{name: make(random) for name, make in more.items()}}


def tiny(given):
    """The same case with nobody, one unit, no spread or a mean of 0 in an arm."""
    yield given | {"control": {"n": 0, "sum": 0, "sum_sq": 0}}
    yield given | {"treatment": {"n": 1, "sum": 3, "sum_sq": 9}}
    yield given | {"control": {"n": 10, "sum": 20, "sum_sq": 40}}
    yield given | {"control": {"n": 10, "sum": 20, "sum_sq": 40}, "treatment": {"n": 5, "sum": 15, "sum_sq": 45}}
    yield given | {"control": {"n": 10, "sum": 0, "sum_sq": 40}}
    yield given | {"control": moments_arm(10_000, 1e9, 1e5), "treatment": moments_arm(9_000, 1e9 + 2e3, 1e5)}


def welch_cases(random, count):
    yield from pairs(random, count, null_difference=lambda r: float(r.choice([0, 0, 0.3])))
    yield from tiny(next(pairs(random, 1)))


def triples(given):
    """Both arms, or the reason why there is no test."""
    control, treatment = given["control"], given["treatment"]
    if control["n"] < 2 or treatment["n"] < 2:
        return None, {"reason": "insufficient_data"}
    control, treatment = mean_arm(control), mean_arm(treatment)
    if control[2] == 0 and treatment[2] == 0:
        return None, {"reason": "zero_variance"}
    return (control, treatment), None


def welch(given):
    arms, reason = triples(given)
    return reason or difference_result(*arms, given | {"difference": "absolute"})


def raw_cases(random, count):
    for i in range(count):
        offset = [0.0, 1e9, -1e6][i % 3]
        control = random.gamma(2, 2, size=random.integers(2, 400)) + offset
        treatment = random.gamma(2, 2.2, size=random.integers(2, 400)) + offset
        yield {"control": control.tolist(), "treatment": treatment.tolist(), **random_test(random)}
    yield {"control": [1.0], "treatment": [1.0, 2.0]}
    yield {"control": [1e9 + 1, 1e9 - 1, 1e9 + 1], "treatment": [1e9 - 1, 1e9 + 1, 1e9 - 1]}


def triple(values):
    values = [Fraction(v) for v in values]
    n, mean = len(values), sum(values) / len(values)
    return n, mean, sum((v - mean) ** 2 for v in values) / (n - 1) if n > 1 else Fraction(0)


def welch_raw(given):
    return difference_result(triple(given["control"]), triple(given["treatment"]), given)


def lift(given):
    arms, reason = triples(given)
    return reason or difference_result(*arms, given | {"difference": "relative"})


def fieller(given):
    arms, reason = triples(given)
    if reason:
        return reason
    control, treatment = arms
    if control[1] == 0:
        return {"reason": "zero_control_mean"}
    alternative, alpha = given["alternative"], given["alpha"]
    _, _, dof = welch_parts(control, treatment)
    q = t_quantile(alpha / 2 if alternative == "two_sided" else alpha, dof)
    q2 = Fraction(q) ** 2
    vc, vt = control[2] / control[0], treatment[2] / treatment[0]
    c, t = control[1], treatment[1]
    g = q2 * vc / c**2
    result = {"estimate": float((t - c) / abs(c)), "dof": dof, "g": float(g)}
    # Exact fractions and a root with 60 digits: nothing cancels.
    a, b, k = c * c - q2 * vc, -2 * t * c, t * t - q2 * vt
    if g >= 1:
        roots = b * b - 4 * a * k >= 0
        return result | {"ci_lower": -inf, "ci_upper": inf, "ci_type": "exterior" if roots else "unbounded"}
    root = exact_root(b * b - 4 * a * k)
    low, high = sorted(((-b - root) / (2 * a) - 1, (-b + root) / (2 * a) - 1))
    if c < 0:
        low, high = -high, -low
    return result | {"ci_type": "bounded", "ci_lower": -inf if alternative == "less" else float(low),
                     "ci_upper": inf if alternative == "greater" else float(high)}


def exact_root(x):
    scale = 10**60
    return Fraction(isqrt(x.numerator * x.denominator * scale * scale), x.denominator * scale)


def lift_cases(random, count):
    yield from pairs(random, count)
    negative = next(pairs(random, 1))
    yield negative | {"control": moments_arm(500, -3, 1.0), "treatment": moments_arm(400, -2, 1.5)}
    yield negative | {"control": moments_arm(20, 0.1, 3.0), "treatment": moments_arm(25, 2.0, 1.0)}
    yield from tiny(next(pairs(random, 1)))


def sequential_cases(random, count):
    for given in pairs(random, count, difference=lambda r: str(r.choice(["absolute", "relative"]))):
        yield given | ({"rho": 0.03} if random.random() < 0.2 else {"n_star": float(random.choice([500, 5000, 1e6]))}
                       ) | ({"variance": "conservative"} if random.random() < 0.5 else {})
    # No event in 200 units where 1 800 have 18: the lift has a pooled error only.
    for difference in ("absolute", "relative"):
        yield {"control": {"n": 1800, "sum": 18, "sum_sq": 18}, "treatment": {"n": 200, "sum": 0, "sum_sq": 0},
               "n_star": 5000, "alpha": 0.05, "alternative": "two_sided", "difference": difference,
               "variance": "conservative"}


def pooled(arms):
    """The same triples with one variance for both."""
    (nc, mc, sc), (nt, mt, st) = arms
    together = ((nc - 1) * sc + (nt - 1) * st) / (nc + nt - 2)
    return (nc, mc, together), (nt, mt, together)


def sequential(given):
    arms, reason = triples(given)
    if reason:
        return reason
    bases = [difference_result(*arms, given | {"null_difference": 0.0})]
    if given.get("variance") == "conservative":
        bases.append(difference_result(*pooled(arms), given | {"null_difference": 0.0}))
    base = max(bases, key=lambda one: one.get("standard_error", 0.0))
    if "standard_error" not in base:
        return base
    estimate, se = base["estimate"], base["standard_error"]
    two_sided = given["alternative"] == "two_sided"
    alpha = given["alpha"] if two_sided else 2 * given["alpha"]
    rho2 = given["rho"] ** 2 if "rho" in given else (-2 * log(alpha) + log(1 - 2 * log(alpha))) / given["n_star"]
    n = arms[0][0] + arms[1][0]
    root = sqrt(n * rho2 + 1)
    bound = log(root / alpha) if two_sided else log(1 + root / alpha)
    half = se * sqrt(n) * sqrt(2 * (n * rho2 + 1) / (n * sqrt(rho2)) ** 2 * bound)
    result = {"estimate": estimate, "standard_error": se,
              "ci_lower": -inf if given["alternative"] == "less" else estimate - half,
              "ci_upper": inf if given["alternative"] == "greater" else estimate + half, "p_value": None}
    if two_sided:
        s = n * estimate**2 / se**2
        exponent = log(root) - rho2 * s / (2 * (n * rho2 + 1))
        result["p_value"] = min(1.0, exp(exponent)) if exponent > -745 else 0.0
    return result


def margin_cases(random, count):
    yield from pairs(random, count, margin=lambda r: float(r.choice([0.0, 0.02, 0.1])),
                     margin_type=lambda r: str(r.choice(["relative", "absolute"])),
                     higher_is_better=lambda r: bool(r.random() < 0.5))


def non_inferiority(given):
    arms, reason = triples(given)
    if reason:
        return reason
    higher = given["higher_is_better"]
    loss = -Fraction(given["margin"]) if higher else Fraction(given["margin"])
    relative = given["margin_type"] == "relative"
    estimate, variance, dof = welch_parts(*arms, weight=1 + loss if relative else 1)
    statistic = float(estimate - (0 if relative else loss)) / sqrt(variance)
    p = stats.t.sf(statistic, dof) if higher else stats.t.cdf(statistic, dof)
    return {"estimate": float(arms[1][1] - arms[0][1]), "statistic": statistic,
            "dof": dof, "p_value": p, "non_inferior": bool(p < given["alpha"])}


METHODS = {
    "welch_t": Method(cases=welch_cases, expected=welch),
    "welch_t_raw": Method(cases=raw_cases, expected=welch_raw),
    "relative_lift_delta": Method(cases=lift_cases, expected=lift),
    "relative_lift_fieller": Method(cases=lift_cases, expected=fieller),
    "sequential": Method(cases=sequential_cases, expected=sequential),
    "non_inferiority": Method(cases=margin_cases, expected=non_inferiority),
}
