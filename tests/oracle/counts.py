"""srm, srm_sequential, proportion, proportion_t."""

from math import exp, inf, sqrt
from types import SimpleNamespace as Method

import numpy as np
from mpmath import mp, mpf, loggamma
from scipy import stats
from statsmodels.stats import proportion as reference

from arms import random_test, t_result


def srm_cases(random, count):
    for _ in range(count):
        k = int(random.integers(2, 6))
        weights = random.dirichlet([5] * k)
        tilted = random.dirichlet(weights * 2000)
        observed = random.multinomial(int(random.choice([20, 1000, 1_000_000])), tilted)
        yield {"observed": observed.tolist(), "weights": (weights * random.choice([1, 100])).tolist()}
    yield {"observed": [100, 90, 7], "weights": [0.5, 0.5, 0]}
    yield {"observed": [100, 90], "weights": [1, 0]}
    yield {"observed": [0, 0], "weights": [0.5, 0.5]}
    yield {"observed": [50_000, 60_000], "weights": [0.5, 0.5]}


def weighted(given, empty=False):
    kept = [(o, w) for o, w in zip(given["observed"], given["weights"]) if w > 0]
    total = sum(o for o, _ in kept)
    if len(kept) < 2 or (total == 0 and not empty):
        return None, None
    share = sum(w for _, w in kept)
    return [o for o, _ in kept], [w / share for _, w in kept]


def srm(given):
    observed, shares = weighted(given)
    if observed is None:
        return {"reason": "insufficient_data"}
    total = sum(observed)
    test = stats.chisquare(observed, [total * s for s in shares])
    return {"statistic": test.statistic, "dof": len(shares) - 1, "p_value": test.pvalue}


def srm_sequential_cases(random, count):
    for given in srm_cases(random, count):
        yield given | {"concentration": float(random.choice([1, 10, 100, 10_000]))}


def srm_sequential(given):
    """log of the Dirichlet-multinomial likelihood over the multinomial one, with 40 digits."""
    observed, shares = weighted(given, empty=True)
    if observed is None:
        return {"reason": "insufficient_data"}
    mp.dps = 40
    c, n = mpf(given["concentration"]), sum(observed)
    shares = [mpf(s) for s in shares]
    factor = loggamma(c) - loggamma(c + n)
    for o, s in zip(observed, shares):
        factor += loggamma(c * s + o) - loggamma(c * s) - o * mp.log(s)
    factor = float(factor)
    return {"log_bayes_factor": factor, "p_value": min(1.0, exp(-factor)) if factor < 745 else 0.0}


def proportion_cases(random, count):
    for _ in range(count):
        arms = {}
        rate = random.beta(1, 3)
        for arm in ("control", "treatment"):
            n = int(random.choice([5, 40, 1000, 1_000_000]))
            arms[arm] = {"n": n, "successes": int(random.binomial(n, min(1, rate * random.uniform(0.9, 1.1))))}
        yield {**arms, **random_test(random), "alternative": "two_sided"}
    yield {"control": {"n": 50, "successes": 0}, "treatment": {"n": 60, "successes": 0}}
    yield {"control": {"n": 50, "successes": 50}, "treatment": {"n": 60, "successes": 60}}
    yield {"control": {"n": 50, "successes": 0}, "treatment": {"n": 60, "successes": 4}}
    # Newcombe (1998), Statistics in Medicine 17, table II (a): 56/70 against 48/80.
    yield {"control": {"n": 80, "successes": 48}, "treatment": {"n": 70, "successes": 56}}


def proportion(given):
    (nc, sc), (nt, st) = ((given[a]["n"], given[a]["successes"]) for a in ("control", "treatment"))
    alpha = given.get("alpha", 0.05)
    pooled = (sc + st) / (nc + nt)
    z2 = stats.norm.isf(alpha / 2) ** 2
    result = {"estimate": (st * nc - sc * nt) / (nc * nt)}
    if 0 < pooled < 1:
        z = result["estimate"] / sqrt(pooled * (1 - pooled) * (1 / nc + 1 / nt))
        result |= {"statistic": z, "p_value": 2 * stats.norm.sf(abs(z))}
    for name, method in (("wald", "wald"), ("newcombe", "newcomb"), ("agresti_caffo", "agresti-caffo")):
        low, high = reference.confint_proportions_2indep(st, nt, sc, nc, method=method, compare="diff", alpha=alpha)
        result |= {f"{name}_lower": low, f"{name}_upper": high}
    for name, limit in (("score_ratio", ratio_limit), ("score_difference", difference_limit)):
        result |= {f"{name}_{side}": limit(side, sc, nc, st, nt, z2) for side in ("lower", "upper")}
    # Koopman's interval as statsmodels computes it: to some five digits, and neither where one variant is far smaller
    # nor where it lacks an outcome. (Its score interval of the difference is not Mee's.)
    if 0 < sc < nc and 0 < st < nt and max(nc, nt) <= 200 * min(nc, nt):
        others = reference.confint_proportions_2indep(st, nt, sc, nc, method="score", compare="ratio", alpha=alpha,
                                                      correction=False)
        assert np.allclose([result["score_ratio_lower"], result["score_ratio_upper"]], others, rtol=1e-5), (given, others)
    return result


def likely_share(effect, ratio, sc, nc, st, nt):
    """The control's most likely share under an effect: Koopman's quadratic, or where the likelihood's derivative changes
    its sign."""
    if ratio:
        b = effect * (nt + sc) + st + nc
        return (b - mp.sqrt(b * b - 4 * (nc + nt) * effect * (sc + st))) / (2 * (nc + nt) * effect)
    low, high = max(mpf(0), -effect), min(mpf(1), 1 - effect)
    for _ in range(80):
        p = (low + high) / 2
        slope = ((sc / p if sc else 0) - ((nc - sc) / (1 - p) if nc > sc else 0)
                 + (st / (p + effect) if st else 0) - ((nt - st) / (1 - p - effect) if nt > st else 0))
        low, high = (p, high) if slope > 0 else (low, p)
    return low


def score(effect, ratio, sc, nc, st, nt):
    """The squared score statistic, with 40 digits."""
    p = likely_share(effect, ratio, sc, nc, st, nt)
    q = effect * p if ratio else p + effect
    gap = mpf(st) / nt - (effect * mpf(sc) / nc if ratio else mpf(sc) / nc + effect)
    variance = q * (1 - q) / nt + (effect**2 if ratio else 1) * p * (1 - p) / nc
    return gap**2 / variance if gap else mpf(0)


def limit_between(inside, outside, given, ratio, z2):
    for _ in range(44):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if score(middle, ratio, *given) <= z2 else (inside, middle)
    return float(inside)


def ratio_limit(side, sc, nc, st, nt, z2):
    mp.dps = 40
    if (sc if side == "upper" else st) == 0:
        return inf if side == "upper" else 0.0
    if side == "lower":
        return 1 / ratio_limit("upper", st, nt, sc, nc, z2)
    inside = mpf(st) * nc / (mpf(sc) * nt)
    outside = 2 * inside + 1
    while score(outside, True, sc, nc, st, nt) <= z2:
        outside *= 2
    return limit_between(inside, outside, (sc, nc, st, nt), True, z2)


def difference_limit(side, sc, nc, st, nt, z2):
    mp.dps = 40
    if side == "lower":
        return -difference_limit("upper", st, nt, sc, nc, z2)
    inside = mpf(st) / nt - mpf(sc) / nc
    return 1.0 if inside == 1 else limit_between(inside, mpf(1), (sc, nc, st, nt), False, z2)


def proportion_t_cases(random, count):
    for given in proportion_cases(random, count):
        yield given | random_test(random) | {"difference": str(random.choice(["absolute", "relative"]))}


def proportion_t(given):
    (nc, sc), (nt, st) = ((given[a]["n"], given[a]["successes"]) for a in ("control", "treatment"))
    pc, pt = sc / nc, st / nt
    vc, vt = sc * (nc - sc) / nc**3, st * (nt - st) / nt**3
    if vc + vt == 0:
        return {"reason": "zero_variance"}
    dof = (vc + vt) ** 2 / (vc**2 / (nc - 1) + vt**2 / (nt - 1))
    estimate, variance = (st * nc - sc * nt) / (nc * nt), vc + vt
    if given["difference"] == "relative":
        if pc == 0:
            return {"reason": "zero_control_mean"}
        estimate, variance = estimate / pc, vt / pc**2 + vc * pt**2 / pc**4
    return t_result(estimate, sqrt(variance), dof, given)


# Limits of the difference may be next to 0.
SCORE = {"score_difference_lower": 1e-7, "score_difference_upper": 1e-7}
METHODS = {
    "srm": Method(cases=srm_cases, expected=srm),
    "srm_sequential": Method(cases=srm_sequential_cases, expected=srm_sequential),
    "proportion": Method(cases=proportion_cases, expected=proportion, TOLERANCE=SCORE),
    "proportion_t": Method(cases=proportion_t_cases, expected=proportion_t),
}
