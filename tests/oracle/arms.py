"""Exact moments and the pieces that the tests of two arms share."""

from fractions import Fraction
from math import inf, sqrt

from scipy import stats

ALTERNATIVES = ("two_sided", "two_sided", "greater", "less")


def exact(n, total, total_sq):
    """(n, mean, variance) as fractions of the doubles that the program reads."""
    n, total, total_sq = int(n), Fraction(total), Fraction(total_sq)
    mean = total / n
    return n, mean, max((total_sq - total * total / n) / (n - 1), Fraction(0)) if n > 1 else Fraction(0)


def mean_arm(arm):
    return exact(arm["n"], arm["sum"], arm["sum_sq"])


def sums(values):
    return {"n": len(values), "sum": float(sum(map(Fraction, values))), "sum_sq": float(sum(Fraction(v) ** 2 for v in values))}


def moments_arm(n, mean, sd):
    """A moment object with about this mean and standard deviation."""
    return {"n": n, "sum": n * mean, "sum_sq": (n - 1) * sd * sd + n * mean * mean}


def random_arm(random, shift=0.0):
    n = int(random.choice([2, 3, 5, 10, 50, 1000, 20_000, 10_000_000]))
    mean = random.normal(3, 2) + shift
    return moments_arm(n, mean, abs(random.normal(2, 1)) + 0.05)


def random_test(random):
    return {"alpha": float(random.choice([0.05, 0.05, 0.01, 0.1])), "alternative": str(random.choice(ALTERNATIVES))}


def welch_parts(control, treatment, weight=1):
    """Difference, its squared error and Satterthwaite's dof, of (n, mean, variance) triples."""
    vc, vt = weight * weight * control[2] / control[0], treatment[2] / treatment[0]
    dof = (vc + vt) ** 2 / (vc**2 / (control[0] - 1) + vt**2 / (treatment[0] - 1))
    return treatment[1] - weight * control[1], vc + vt, float(dof)


def t_quantile(p, dof):
    """The t with P(T > t) = p: SciPy 1.10 answers with 8 digits, two Newton steps give the others."""
    q = stats.t.isf(p, dof)
    for _ in range(2):
        q += (stats.t.sf(q, dof) - p) / stats.t.pdf(q, dof)
    return float(q)


def t_result(estimate, se, dof, given, null=0.0):
    if se == 0:
        return {"reason": "zero_variance"}
    alternative, alpha = given.get("alternative", "two_sided"), given.get("alpha", 0.05)
    statistic = (estimate - null) / se
    q = t_quantile(alpha / 2 if alternative == "two_sided" else alpha, dof)
    lower, upper = estimate - q * se, estimate + q * se
    if alternative == "two_sided":
        p = 2 * stats.t.sf(abs(statistic), dof)
    elif alternative == "greater":
        p, upper = stats.t.sf(statistic, dof), inf
    else:
        p, lower = stats.t.cdf(statistic, dof), -inf
    return {"estimate": estimate, "standard_error": se, "dof": dof, "statistic": statistic, "p_value": p,
            "ci_lower": lower, "ci_upper": upper}


def difference_result(control, treatment, given):
    """welch_t, or relative_lift_delta where the difference is relative, of (n, mean, variance) triples."""
    if control[0] < 2 or treatment[0] < 2:
        return {"reason": "insufficient_data"}
    if control[2] == 0 and treatment[2] == 0:
        return {"reason": "zero_variance"}
    estimate, variance, dof = welch_parts(control, treatment)
    if given.get("difference", "absolute") == "relative":
        if control[1] == 0:
            return {"reason": "zero_control_mean"}
        vc, vt = control[2] / control[0], treatment[2] / treatment[0]
        variance = vt / control[1] ** 2 + vc * treatment[1] ** 2 / control[1] ** 4
        estimate = estimate / abs(control[1])
    return t_result(float(estimate), sqrt(variance), dof, given, given.get("null_difference", 0.0)) | {
        "control_mean": float(control[1]), "treatment_mean": float(treatment[1])}
