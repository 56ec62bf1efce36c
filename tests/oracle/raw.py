"""Methods on raw values: quantiles, winsorising; NumPy's quantiles and exact sums."""

from math import ceil, floor, sqrt
from types import SimpleNamespace as Method

import numpy as np
from scipy import stats

from arms import difference_result, random_test
from means import triple


def winsorized_cases(random, count):
    for _ in range(count):
        yield {"control": np.round(random.gamma(0.7, 5, random.integers(3, 300)), 3).tolist(),
               "treatment": np.round(random.gamma(0.7, 5.5, random.integers(3, 300)), 3).tolist(),
               "upper_quantile": float(random.choice([0.99, 0.95, 0.9])),
               "lower_quantile": [None, 0.02][int(random.random() < 0.3)], "alpha": 0.05}


def winsorized(given):
    pooled = np.array(given["control"] + given["treatment"])
    cap = float(np.quantile(pooled, given["upper_quantile"]))
    floor_ = -np.inf if given["lower_quantile"] is None else float(np.quantile(pooled, given["lower_quantile"]))
    arms = [triple(np.clip(given[arm], floor_, cap).tolist()) for arm in ("control", "treatment")]
    test = difference_result(*arms, given)
    return test if "reason" in test else test | {"upper_cap": cap, "n_capped": int((pooled > cap).sum())}


def quantile_cases(random, count):
    for i in range(count):
        arms = {}
        # Every other case has values that repeat, as counts do.
        digits = [4, 4, 0, 1][i % 4]
        for arm, scale in (("control", 1.0), ("treatment", float(random.uniform(0.9, 1.2)))):
            users = int(random.integers(20, 150))
            arms[arm] = [np.round(random.gamma(2, scale * random.uniform(0.5, 1.5), random.integers(1, 12)),
                                  digits).tolist() for _ in range(users)]
        given = {**arms, "nu": float(random.choice([0.5, 0.9, 0.75])), "alpha": 0.05}
        if random.random() < 0.6:
            given |= {"ties": str(random.choice(["order", "mid"])), "clamp": bool(random.random() < 0.5)}
        if random.random() < 0.1:
            given["nu"] = 0.997
        yield given


def cluster_error(below, sizes):
    """Of the share sum(below) / sum(sizes), with users as clusters."""
    psi = (below - below.sum() / sizes.sum() * sizes) / sizes.mean()
    return sqrt(psi.var(ddof=1) / len(sizes))


def order_quantile(users, sizes, values, nu, z, clamp):
    n = len(values)
    at = lambda rank: values[min(max(rank, 1), n) - 1]
    q = at(ceil(n * nu))
    s = cluster_error(np.array([sum(v <= q for v in u) for u in users], dtype=float), sizes)
    low, high = floor(n * (nu - z * s)), ceil(n * (nu + z * s))
    if not clamp and (low < 1 or high > n or (s == 0 and values[0] != values[-1])):
        return None
    return q, (at(high) - at(low)) / (2 * z)


def mid_quantile(users, sizes, values, nu, z, clamp):
    """np.interp between the corners of the mid-distribution function; the share below the quantile is its average of
    the two neighbours' shares, ties counted half."""
    distinct, counts = np.unique(values, return_counts=True)
    heights = (np.cumsum(counts) - counts / 2) / len(values)
    q = float(np.interp(nu, heights, distinct))
    k = int(np.clip(np.searchsorted(heights, nu, side="right") - 1, 0, len(distinct) - 2)) if len(distinct) > 1 else 0
    ends = [distinct[k], distinct[min(k + 1, len(distinct) - 1)]]
    weight = 0.0 if ends[1] == ends[0] else (q - ends[0]) / (ends[1] - ends[0])
    def share(u, v):
        u = np.array(u)
        return (u < v).sum() + (u == v).sum() / 2
    below = np.array([(1 - weight) * share(u, ends[0]) + weight * share(u, ends[1]) for u in users])
    s = cluster_error(below, sizes)
    if not clamp and len(distinct) > 1 and (nu - z * s < heights[0] or nu + z * s > heights[-1]):
        return None
    low, high = np.interp([nu - z * s, nu + z * s], heights, distinct)
    return q, float(high - low) / (2 * z)


def quantile(given):
    z = stats.norm.isf(given["alpha"] / 2)
    arm_quantile = mid_quantile if given.get("ties") == "mid" else order_quantile
    found = []
    for users in (given["control"], given["treatment"]):
        values = np.sort(np.concatenate([np.array(u) for u in users]))
        sizes = np.array([len(u) for u in users], dtype=float)
        found.append(arm_quantile(users, sizes, values, given["nu"], z, given.get("clamp", True)))
    if None in found:
        return {"reason": "insufficient_data"}
    (qc, sc), (qt, st) = found
    se = sqrt(sc**2 + st**2)
    if se == 0:
        return {"reason": "zero_variance"}
    return {"estimate": qt - qc, "standard_error": se, "ci_lower": qt - qc - z * se, "ci_upper": qt - qc + z * se,
            "control_quantile": qc, "treatment_quantile": qt}


def summary_cases(random, count):
    for i in range(count):
        given = {"difference": str(random.choice(["absolute", "relative"])), **random_test(random)}
        for arm in ("control", "treatment"):
            n, q = int(random.integers(50, 5000)), float(random.uniform(2, 4))
            given[arm] = {"n": n, "n_star": int(n * random.choice([1, 2])), "nu": 0.9, "quantile": q,
                          "quantile_lower": q - float(random.uniform(0.05, 0.3)),
                          "quantile_upper": q + float(random.uniform(0.05, 0.3))}
        yield given


def summary(given):
    arms = []
    for arm in (given["control"], given["treatment"]):
        n = arm["n"]
        spread = (arm["quantile_upper"] - arm["quantile_lower"]) / (2 * stats.norm.ppf(0.975))
        arms.append((n, arm["quantile"], arm["n_star"] / n * (n - 1) * spread**2))
    return difference_result(*arms, given)


METHODS = {
    "winsorized_welch": Method(cases=winsorized_cases, expected=winsorized),
    "quantile_raw": Method(cases=quantile_cases, expected=quantile),
    "quantile_summary": Method(cases=summary_cases, expected=summary),
}
