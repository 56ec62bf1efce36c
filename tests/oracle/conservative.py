"""sequential with the conservative variance, guardrail: exact moments, and SciPy's t."""

from fractions import Fraction
from math import exp, inf, log, sqrt
from types import SimpleNamespace as Method

from scipy import stats

import means
from arms import moments_arm, random_arm


def mixture_rho2(given):
    alpha = given["alpha"]
    return given["rho"] ** 2 if "rho" in given else (-2 * log(alpha) + log(1 - 2 * log(alpha))) / given["n_star"]


def contrast(control, treatment, ratio):
    """Difference, the larger squared error, and Satterthwaite's dof that goes with it."""
    (nc, mc, sc), (nt, mt, st) = control, treatment
    ratio = Fraction(ratio)
    together = ((nc - 1) * sc + (nt - 1) * st) / (nc + nt - 2)
    candidates = []
    for a, b in ((sc, st), (together, together)):
        vc, vt = ratio**2 * a / nc, b / nt
        candidates.append((vc + vt, (vc + vt) ** 2 / (vc**2 / (nc - 1) + vt**2 / (nt - 1))))
    variance, dof = max(candidates, key=lambda pair: pair[0])
    return mt - ratio * mc, variance, float(dof)


def guardrail_cases(random, count):
    yield from means.pairs(random, count, margin=lambda r: float(r.choice([0.0, 0.02, 0.1])),
                           higher_is_better=lambda r: bool(r.random() < 0.5),
                           n_star=lambda r: float(r.choice([500, 5000, 1e6])))
    given = {"margin": 0.1, "alpha": 0.05, "n_star": 4000.0, "higher_is_better": False}
    # Crashes of 3 and of 200 in 2 000 units; none in one of the variants.
    yield given | {"control": {"n": 2000, "sum": 3, "sum_sq": 3}, "treatment": {"n": 2000, "sum": 200, "sum_sq": 200}}
    yield given | {"control": {"n": 1800, "sum": 18, "sum_sq": 18}, "treatment": {"n": 200, "sum": 0, "sum_sq": 0}}
    yield given | {"control": {"n": 1800, "sum": 0, "sum_sq": 0}, "treatment": {"n": 200, "sum": 9, "sum_sq": 9}}
    for arms in means.tiny(given | {"control": random_arm(random), "treatment": moments_arm(70, 2, 1)}):
        yield arms


def guardrail(given):
    arms, reason = means.triples(given)
    if reason:
        return reason
    higher, alpha = given["higher_is_better"], given["alpha"]
    ratio = Fraction(1) + (-Fraction(given["margin"]) if higher else Fraction(given["margin"]))
    estimate, variance, dof = contrast(*arms, ratio)
    se, z = sqrt(variance), float(estimate) / sqrt(variance)
    n, rho2 = arms[0][0] + arms[1][0], mixture_rho2(given)
    growth = n * rho2 + 1
    half = se * sqrt(2 * growth / (n * rho2) * log(sqrt(growth) / alpha))
    exponent = log(growth) / 2 - z * z * n * rho2 / (2 * growth)
    p = min(1.0, exp(exponent)) if exponent > -745 else 0.0
    good = z if higher else -z
    result = {"estimate": float(estimate), "standard_error": se, "dof": dof, "statistic": z,
              "ci_lower": float(estimate) - half, "ci_upper": float(estimate) + half,
              "harm_p_value": p if good < 0 else 1.0, "non_inferiority_p_value": p if good > 0 else 1.0,
              "fixed_harm_p_value": stats.t.cdf(good, dof), "fixed_non_inferiority_p_value": stats.t.sf(good, dof)}
    return result | {"harmed": result["harm_p_value"] < alpha, "non_inferior": result["non_inferiority_p_value"] < alpha,
                     "fixed_harmed": bool(result["fixed_harm_p_value"] < alpha),
                     "fixed_non_inferior": bool(result["fixed_non_inferiority_p_value"] < alpha)}


P_VALUES = {f"{fixed}{question}_p_value": 1e-6 for fixed in ("", "fixed_") for question in ("harm", "non_inferiority")}
METHODS = {"guardrail": Method(cases=guardrail_cases, expected=guardrail, TOLERANCE=P_VALUES)}
