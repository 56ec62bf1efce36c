"""srm, srm_sequential, proportion, proportion_t."""

from math import exp, sqrt
from types import SimpleNamespace as Method

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


def weighted(given):
    kept = [(o, w) for o, w in zip(given["observed"], given["weights"]) if w > 0]
    total = sum(o for o, _ in kept)
    if len(kept) < 2 or total == 0:
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
    observed, shares = weighted(given)
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
    result = {"estimate": (st * nc - sc * nt) / (nc * nt)}
    if 0 < pooled < 1:
        z = result["estimate"] / sqrt(pooled * (1 - pooled) * (1 / nc + 1 / nt))
        result |= {"statistic": z, "p_value": 2 * stats.norm.sf(abs(z))}
    for name, method in (("wald", "wald"), ("newcombe", "newcomb"), ("agresti_caffo", "agresti-caffo")):
        low, high = reference.confint_proportions_2indep(st, nt, sc, nc, method=method, compare="diff", alpha=alpha)
        result |= {f"{name}_lower": low, f"{name}_upper": high}
    return result


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


METHODS = {
    "srm": Method(cases=srm_cases, expected=srm),
    "srm_sequential": Method(cases=srm_sequential_cases, expected=srm_sequential),
    "proportion": Method(cases=proportion_cases, expected=proportion),
    "proportion_t": Method(cases=proportion_t_cases, expected=proportion_t),
}
