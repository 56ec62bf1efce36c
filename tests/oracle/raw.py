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
    for _ in range(count):
        arms = {}
        for arm, scale in (("control", 1.0), ("treatment", float(random.uniform(0.9, 1.2)))):
            users = int(random.integers(20, 150))
            arms[arm] = [np.round(random.gamma(2, scale * random.uniform(0.5, 1.5), random.integers(1, 12)), 4).tolist()
                         for _ in range(users)]
        yield {**arms, "nu": float(random.choice([0.5, 0.9, 0.75])), "alpha": 0.05}


def quantile_arm(users, nu):
    values = np.sort(np.concatenate([np.array(u) for u in users]))
    n = len(values)
    at = lambda rank: values[min(max(rank, 1), n) - 1]
    q = at(ceil(n * nu))
    below = np.array([sum(v <= q for v in u) for u in users], dtype=float)
    sizes = np.array([len(u) for u in users], dtype=float)
    share = below.sum() / sizes.sum()
    psi = (below - share * sizes) / sizes.mean()
    s = sqrt(psi.var(ddof=1) / len(users))
    z = stats.norm.isf(0.025)
    return q, (at(ceil(n * (nu + z * s))) - at(floor(n * (nu - z * s)))) / (2 * z)


def quantile(given):
    (qc, sc), (qt, st) = (quantile_arm(given[arm], given["nu"]) for arm in ("control", "treatment"))
    se = sqrt(sc**2 + st**2)
    if se == 0:
        return {"reason": "zero_variance"}
    z = stats.norm.isf(given["alpha"] / 2)
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
