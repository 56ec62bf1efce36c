"""bayesian: the posterior in closed form; the losses by numerical integration, with 30 digits."""

from math import sqrt
from types import SimpleNamespace as Method

from mpmath import mp, mpf
from scipy import stats

from arms import difference_result, mean_arm, random_arm

TOLERANCE = {field: 1e-7 for field in ("expected_loss_treatment", "expected_loss_control")} | {"chance_to_win": 1e-8}


def cases(random, count):
    for _ in range(count):
        prior = random.choice([0, 1, 2])
        yield {"control": random_arm(random), "treatment": random_arm(random), "alpha": float(random.choice([0.05, 0.1])),
               "difference": str(random.choice(["absolute", "relative"])), "inverse": bool(random.random() < 0.3),
               "prior": [None, {"mean": 0.0, "sd": 0.05, "scale": "relative"},
                         {"mean": 0.02, "sd": 0.3, "scale": "relative"}][prior]}


def loss(mean, sd):
    """E[max(X, 0)] of a normal X."""
    mp.dps = 30
    mean, sd = mpf(mean), mpf(sd)
    z = mean / sd
    return float(sd * (mp.npdf(z) + z * mp.ncdf(z))) if z > -1e3 else 0.0


def expected(given):
    control, treatment = mean_arm(given["control"]), mean_arm(given["treatment"])
    base = difference_result(control, treatment, {"difference": given["difference"]})
    if "reason" in base:
        return base
    mean, sd = base["estimate"], base["standard_error"]
    if given["prior"]:
        scale = 1.0 if given["difference"] == "relative" else abs(float(control[1]))
        prior_mean, prior_sd = given["prior"]["mean"] * scale, given["prior"]["sd"] * scale
        w, w0 = 1 / sd**2, 1 / prior_sd**2
        mean, sd = (w * mean + w0 * prior_mean) / (w + w0), sqrt(1 / (w + w0))
    q = stats.norm.isf(given["alpha"] / 2)
    win = stats.norm.sf(-mean / sd)
    worse, better = loss(-mean, sd), loss(mean, sd)
    if given["inverse"]:
        win, worse, better = stats.norm.sf(mean / sd), better, worse
    return {
        "posterior_mean": mean, "posterior_sd": sd, "chance_to_win": win, "ci_lower": mean - q * sd,
        "ci_upper": mean + q * sd, "expected_loss_treatment": worse, "expected_loss_control": better}


METHODS = {"bayesian": Method(cases=cases, expected=expected, TOLERANCE=TOLERANCE)}
