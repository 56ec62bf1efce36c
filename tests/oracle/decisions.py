"""off_policy, interleaving, and the bootstrap against its own distribution."""

from collections import defaultdict
from math import sqrt
from types import SimpleNamespace as Method

import numpy as np
from scipy import stats

from arms import t_quantile


def off_policy_cases(random, count):
    for i in range(count):
        n = int(random.integers(20, 500))
        logging, target = random.uniform(0.01, 1, n), random.uniform(0, 1, n)
        target[random.random(n) < 0.2] = 0.0
        given = {"reward": random.normal(1, 1, n).tolist(), "logging_propensity": logging.tolist(),
                 "target_propensity": target.tolist(), "clip": [None, 5.0][i % 2]}
        if i % 3:
            given |= {"q_logged": random.normal(1, 0.3, n).tolist(), "v_target": random.normal(1, 0.3, n).tolist()}
        yield given
    yield given | {"minimum_ess": 2.0}
    yield given | {"minimum_ess": float(n)}
    yield given | {"target_propensity": [0.0] * n}
    yield given | {"logging_propensity": [0.0] + [0.5] * (n - 1)}


def off_policy(given):
    r, p, pi = (np.array(given[k], dtype=np.longdouble) for k in ("reward", "logging_propensity", "target_propensity"))
    if (p <= 0).any() or (p > 1).any():
        return {"reason": "invalid_propensity"}
    w = pi / p
    if given["clip"]:
        w = np.minimum(w, given["clip"])
    if not w.any():
        return {"reason": "no_overlap"}
    n, snips = len(r), (w * r).sum() / w.sum()
    if w.sum() ** 2 / (w**2).sum() < given.get("minimum_ess", 0):
        return {"reason": "insufficient_data"}
    result = {"ips": (w * r).mean(), "ips_se": (w * r).std(ddof=1) / np.sqrt(n), "snips": snips,
              "snips_se": np.sqrt((w**2 * (r - snips) ** 2).sum()) / w.sum(), "ess": w.sum() ** 2 / (w**2).sum(),
              "mean_weight": w.mean(), "max_weight": w.max()}
    if "q_logged" in given:
        q, v = (np.array(given[k], dtype=np.longdouble) for k in ("q_logged", "v_target"))
        dr = v + w * (r - q)
        result |= {"dr": dr.mean(), "dr_se": dr.std(ddof=1) / np.sqrt(n), "dm": v.mean()}
    return {name: float(value) for name, value in result.items()}


def interleaving_cases(random, count):
    for _ in range(count):
        n, users = int(random.integers(5, 400)), int(random.integers(3, 40))
        yield {"sessions": [[int(random.integers(users)), float(random.integers(4)), float(random.integers(4))]
                            for _ in range(n)], "alpha": 0.05}
    yield {"sessions": [["u", 1.0, 0.0], ["v", 0.0, 1.0], ["v", 0.0, 1.0], ["w", 1.0, 1.0]], "alpha": 0.1}


def interleaving(given):
    by_user, wins = defaultdict(list), {-1: 0, 0: 0, 1: 0}
    for user, a, b in given["sessions"]:
        sign = int(np.sign(b - a))
        wins[sign] += 1
        by_user[user].append(sign)
    means = [np.mean(signs) for signs in by_user.values()]
    result = {"wins_a": wins[-1], "wins_b": wins[1], "ties": wins[0],
              "delta_ab": (wins[1] + wins[0] / 2) / len(given["sessions"]) - 0.5,
              "sign_test_p": stats.binomtest(wins[1], wins[1] + wins[-1]).pvalue if wins[1] + wins[-1] else 1.0,
              "user_preference": float(np.mean(means))}
    se = float(np.std(means, ddof=1)) / sqrt(len(means))
    if se > 0:
        test = stats.ttest_1samp(means, 0)
        q = t_quantile(given["alpha"] / 2, len(means) - 1)
        result |= {"user_preference_se": se, "user_p": test.pvalue, "ci_lower": result["user_preference"] - q * se,
                   "ci_upper": result["user_preference"] + q * se}
    return result


# Means of a few signs may cancel to 1e-17 on one side and to 0 on the other.
SIGNS = {"user_preference": 1e-8, "ci_lower": 1e-7, "ci_upper": 1e-7, "delta_ab": 1e-8}


def bootstrap_cases(random, count):
    for i in range(max(4, count // 25)):
        yield {"control": random.gamma(2, 2, 300).tolist(), "treatment": random.gamma(2, 2.2, 250).tolist(),
               "statistic": ["difference", "relative"][i % 2], "replicates": 20_000, "seed": i, "alpha": 0.05}


def bootstrap(given):
    generator = np.random.default_rng(7)
    c, t = np.array(given["control"]), np.array(given["treatment"])
    def resampled(x):
        return x[generator.integers(len(x), size=(20_000, len(x)))].mean(axis=1)
    def statistic(a, b):
        return b - a if given["statistic"] == "difference" else (b - a) / abs(a)
    low, high = np.quantile(statistic(resampled(c), resampled(t)), [0.025, 0.975])
    return {"estimate": float(statistic(c.mean(), t.mean())), "ci_lower": float(low), "ci_upper": float(high),
            "_scale": float(high - low)}


# In widths of the interval; with 20 000 replicates on each side the ends are known to some 0.7 % of it.
REPLICATES = {"ci_lower": 0.03, "ci_upper": 0.03}

METHODS = {
    "off_policy": Method(cases=off_policy_cases, expected=off_policy),
    "interleaving": Method(cases=interleaving_cases, expected=interleaving, TOLERANCE=SIGNS),
    "bootstrap": Method(cases=bootstrap_cases, expected=bootstrap, TOLERANCE=REPLICATES),
}
