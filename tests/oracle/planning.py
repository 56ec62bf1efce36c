"""Power, sample sizes, detectable effects: SciPy's noncentral t, and roots by Brent's method."""

from math import ceil, log, sqrt
from types import SimpleNamespace as Method

from scipy import optimize, stats

from arms import random_arm, mean_arm
from looks import group_sequential_power

# A root is searched for on both sides.
TOLERANCE = {field: 1e-6 for field in ("power", "n_control", "mde", "power_at_target_mde", "scaling_factor",
                                       "additional_users", "estimate")}


PLANNED = {field: 1e-6 for field in ("power", "n_control", "inflation", "mde", "mde_lift")}


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


def planned_cases(without):
    def cases(random, count):
        for i in range(count):
            kind = ["mean", "proportion", "ratio", "margin"][i % 4]
            given = {"metric": "mean" if kind == "margin" else kind, "control_mean": float(random.uniform(0.1, 0.4)),
                     "ratio": float(random.choice([1, 0.25, 3])), "alpha": float(random.choice([0.05, 0.01])),
                     "power": float(random.choice([0.8, 0.9])), "variance_reduction": float(random.choice([0, 0.4])),
                     "alternative": str(random.choice(["two_sided", "two_sided", "greater", "less"])),
                     "n_control": int(random.choice([200, 1000, 5000]))}
            sign = -1 if given["alternative"] == "less" else 1
            given["lift"] = sign * float(random.uniform(0.05, 0.5))
            if kind != "proportion":
                given["sd"] = float(random.uniform(0.2, 1))
            if kind == "margin":
                given |= {"margin": float(random.uniform(0.02, 0.2)), "lift": 0.0,
                          "higher_is_better": bool(random.random() < 0.7)}
            looks = int(random.integers(0, 4))
            if looks == 1 and (kind == "margin" or given["alternative"] == "two_sided"):
                given["looks"] = {"type": "group_sequential", "information_fractions": [0.25, 0.5, 0.75, 1.0]}
            elif looks == 2:
                given["looks"] = {"type": "always_valid"} | ({"n_star": 3000.0} if random.random() < 0.5 else {})
            del given[without]
            if without == "lift" and kind == "margin":
                continue
            yield given
    return cases


def mixture_multiplier(n, n_star, alpha, two_sided):
    a = alpha if two_sided else 2 * alpha
    x = n * (-2 * log(a) + log(1 - 2 * log(a))) / n_star
    threshold = log(sqrt(x + 1) / alpha) if two_sided else log(1 + sqrt(x + 1) / (2 * alpha))
    return sqrt(2 * (x + 1) / x * threshold)


def planned_power_of(given, n, lift):
    """The test statistic's distribution, written down directly."""
    margin, ratio, m = given.get("margin"), given["ratio"], given["control_mean"]
    alternative = given["alternative"]
    effect = lift * abs(m)
    sides = 2 if margin is None and alternative == "two_sided" else 1
    if given["metric"] == "proportion":
        rate = m + effect
        both = (m * n + rate * n * ratio) / (n + n * ratio)
        var = (m * (1 - m), rate * (1 - rate), both * (1 - both))
    else:
        var = (given["sd"] ** 2,) * 3
    var = [v * (1 - given["variance_reduction"]) for v in var]
    r, down = 1.0, alternative == "less"
    if margin is not None:
        down = not given["higher_is_better"]
        r = 1 + margin if down else 1 - margin
    value = (m + effect - r * m) * (-1 if down else 1)
    true_se = sqrt(r * r * var[0] / n + var[1] / (n * ratio))
    null_se = true_se if margin is not None else sqrt(var[2] / n + var[2] / (n * ratio))
    looks = given.get("looks", {"type": "once"})
    q = stats.norm.isf(given["alpha"] / sides)
    if looks["type"] == "always_valid":
        null_se = max(true_se, sqrt(r * r * var[2] / n + var[2] / (n * ratio)))
        total = n * (1 + ratio)
        q = mixture_multiplier(total, looks.get("n_star", total), given["alpha"], sides == 2)
    if looks["type"] == "group_sequential":
        drift = q + (value - q * null_se) / true_se
        alpha = given["alpha"] * (2 if margin is not None else 1)
        return group_sequential_power(looks["information_fractions"], abs(drift), alpha)
    if sides == 2:
        value = abs(value)
    power = stats.norm.sf((q * null_se - value) / true_se)
    if sides == 2:
        power += stats.norm.sf(2 * q - (q * null_se - value) / true_se)
    return power


def planned_size(given):
    def gap(n):
        return planned_power_of(given, n, given["lift"]) - given["power"]
    n = optimize.brentq(gap, 1, 1e9, xtol=1e-9, rtol=1e-13)
    once = optimize.brentq(lambda x: planned_power_of({**given, "looks": {"type": "once"}}, x, given["lift"]) -
                           given["power"], 1, 1e9, xtol=1e-9, rtol=1e-13)
    return {"n_control": n, "n_control_ceil": ceil(n - 1e-6), "n_treatment_ceil": ceil(n * given["ratio"] - 1e-6),
            "inflation": n / once}


def planned_power(given):
    return {"power": planned_power_of(given, given["n_control"], given["lift"])}


def planned_mde(given):
    sign = -1 if given["alternative"] == "less" else 1
    most = 1e3
    if given["metric"] == "proportion":
        most = (given["control_mean"] if sign < 0 else 1 - given["control_mean"]) / given["control_mean"] * (1 - 1e-12)
        if planned_power_of(given, given["n_control"], sign * most) < given["power"]:
            return {"reason": "not_attainable"}
    lift = optimize.brentq(lambda x: planned_power_of(given, given["n_control"], sign * x) - given["power"], 1e-9, most,
                           xtol=1e-14, rtol=1e-13)
    return {"mde": sign * lift * given["control_mean"], "mde_lift": sign * lift}


METHODS = {
    "planned_size": Method(cases=planned_cases("n_control"), expected=planned_size, TOLERANCE=PLANNED),
    "planned_power": Method(cases=planned_cases("power"), expected=planned_power, TOLERANCE=PLANNED),
    "planned_mde": Method(cases=planned_cases("lift"), expected=planned_mde, TOLERANCE=PLANNED),
    "power": Method(cases=settings_cases("power"), expected=power, TOLERANCE=TOLERANCE),
    "sample_size": Method(cases=settings_cases("n_control"), expected=sample_size, TOLERANCE=TOLERANCE),
    "mde": Method(cases=settings_cases("effect"), expected=mde, TOLERANCE=TOLERANCE),
    "mde_relative_delta": Method(cases=relative_cases, expected=mde_relative, TOLERANCE=TOLERANCE),
    "additional_users": Method(cases=additional_cases, expected=additional, TOLERANCE=TOLERANCE),
}
