"""Power, sample sizes, detectable effects: SciPy's noncentral t, and roots by Brent's method."""

from math import ceil, sqrt
from types import SimpleNamespace as Method

from scipy import optimize, stats

from arms import random_arm, mean_arm

# A root is searched for on both sides.
TOLERANCE = {field: 1e-6 for field in ("power", "n_control", "mde", "power_at_target_mde", "scaling_factor",
                                       "additional_users", "estimate")}


def power_of(given, n, effect):
    ratio, alpha = given["ratio"], given["alpha"]
    se = given["sd"] * sqrt(1 / n + 1 / (n * ratio))
    shift = effect / se
    alternative = given["alternative"]
    if alternative == "less":
        shift = -shift
    tail = alpha / 2 if alternative == "two_sided" else alpha
    if given["model"] == "z":
        q = stats.norm.isf(tail)
        power = stats.norm.sf(q - shift)
        return power + (stats.norm.cdf(-q - shift) if alternative == "two_sided" else 0.0)
    dof = n + n * ratio - 2
    q = stats.t.isf(tail, dof)
    power = stats.nct.sf(q, dof, shift)
    return power + (stats.nct.cdf(-q, dof, shift) if alternative == "two_sided" else 0.0)


def settings(random):
    alternative = str(random.choice(["two_sided", "two_sided", "greater", "less"]))
    effect = float(random.uniform(0.05, 0.8)) * (-1 if alternative == "less" else 1)
    return {"model": str(random.choice(["z", "t"])), "sd": float(random.uniform(0.5, 2)),
            "ratio": float(random.choice([1, 1, 0.5, 2])), "alpha": float(random.choice([0.05, 0.01])),
            "alternative": alternative, "effect": effect, "power": float(random.choice([0.8, 0.9])),
            "n_control": int(random.choice([10, 50, 400, 2000]))}


def settings_cases(without):
    def cases(random, count):
        for _ in range(count):
            given = settings(random)
            del given[without]
            yield given
    return cases


def power(given):
    return {"power": power_of(given, given["n_control"], given["effect"])}


def sample_size(given):
    low = 1.01 * 2 / (1 + given["ratio"]) if given["model"] == "t" else 1e-3
    if power_of(given, low, given["effect"]) >= given["power"]:
        return {}
    n = optimize.brentq(lambda x: power_of(given, x, given["effect"]) - given["power"], low, 1e7, xtol=1e-10, rtol=1e-13)
    return {"n_control": n, "n_control_ceil": ceil(n - 1e-6), "n_treatment_ceil": ceil(n * given["ratio"] - 1e-6)}


def mde(given):
    sign = -1 if given["alternative"] == "less" else 1
    found = optimize.brentq(lambda e: power_of(given, given["n_control"], sign * e) - given["power"], 1e-9, 50,
                            xtol=1e-14, rtol=1e-13)
    return {"mde": sign * found}


def relative_cases(random, count):
    for _ in range(count):
        yield {"control_mean": float(random.uniform(1, 5)), "sd": float(random.uniform(0.5, 6)),
               "n_per_variant": int(random.choice([20, 100, 1000, 100_000])), "power": 0.8, "alpha": 0.05}
    yield {"control_mean": 0.01, "sd": 5.0, "n_per_variant": 10, "power": 0.8, "alpha": 0.05}


def mde_relative(given):
    """The fixed point lift = k se(lift), found by Brent's method."""
    m, sd, n = given["control_mean"], given["sd"], given["n_per_variant"]
    k = stats.norm.isf(given["alpha"] / 2) + stats.norm.ppf(given["power"])
    if n <= sd**2 * k**2 / m**2:
        return {"reason": "not_attainable"}
    def gap(lift):
        return lift - k * sqrt(sd**2 / n * (1 / m**2 + (m + lift * m) ** 2 / m**4))
    return {"mde": optimize.brentq(gap, 0, 1e7, xtol=1e-14, rtol=1e-13)}


def additional_cases(random, count):
    for _ in range(count):
        control, treatment = random_arm(random), random_arm(random)
        yield {"control": control, "treatment": treatment, "alpha": 0.05,
               "target_mde": float(random.choice([0.02, 0.1, 0.5])), "power": 0.8, "sequential": None}


def additional(given):
    control, treatment = mean_arm(given["control"]), mean_arm(given["treatment"])
    vc, vt = control[2] / control[0], treatment[2] / treatment[0]
    c, t = control[1], treatment[1]
    se = sqrt(vt / c**2 + vc * t**2 / c**4)
    q = stats.norm.isf(given["alpha"] / 2)
    def power_at(s):
        shift = given["target_mde"] / (se / sqrt(1 + s))
        return stats.norm.sf(q - shift) + stats.norm.cdf(-q - shift)
    now = power_at(0)
    n = control[0] + treatment[0]
    if now >= given["power"]:
        return {"power_at_target_mde": now, "scaling_factor": 0.0, "additional_users": 0.0}
    if power_at(1e15) < given["power"]:
        return {"reason": "not_attainable"}
    s = optimize.brentq(lambda x: power_at(x) - given["power"], 0, 1e15, xtol=1e-12, rtol=1e-14, maxiter=500)
    return {"power_at_target_mde": now, "scaling_factor": s, "additional_users": s * n}


METHODS = {
    "power": Method(cases=settings_cases("power"), expected=power, TOLERANCE=TOLERANCE),
    "sample_size": Method(cases=settings_cases("n_control"), expected=sample_size, TOLERANCE=TOLERANCE),
    "mde": Method(cases=settings_cases("effect"), expected=mde, TOLERANCE=TOLERANCE),
    "mde_relative_delta": Method(cases=relative_cases, expected=mde_relative, TOLERANCE=TOLERANCE),
    "additional_users": Method(cases=additional_cases, expected=additional, TOLERANCE=TOLERANCE),
}
