"""Methods on rows of raw values: permutation against all the ways there are, lin_regression against statsmodels' OLS,
shrinkage against DerSimonian and Laird's formulas in fractions."""

from fractions import Fraction
from itertools import combinations
from math import comb, sqrt
from types import SimpleNamespace as Method

import numpy as np
import statsmodels.api as sm
from scipy import stats

from arms import random_test, t_result


# Relative. A p from 40 000 draws has a standard error of sqrt((1 - p) / (40 000 p)) of itself: five of them are below
# this from p = .05 on, and the few smaller ones count as if they were .05.
DRAWN = 0.12


def permutation_cases(random, count):
    for i in range(max(8, count // 5)):
        nc, nt = int(random.integers(3, 8)), int(random.integers(3, 8))
        # Whole numbers have ties; an offset must cost no digits.
        draw = (lambda n: (random.integers(0, 5, n) + 1e9 * (i % 4 == 0))) if i % 2 else (lambda n: random.lognormal(0, 2, n))
        yield {"control": draw(nc).astype(float).tolist(), "treatment": draw(nt).astype(float).tolist(),
               "alternative": random_test(random)["alternative"], "replicates": 40_000, "seed": i}
    yield {"control": [1.0], "treatment": [1.0, 2.0]}
    yield {"control": [1.0, 1.0], "treatment": [2.0, 2.0, 2.0]}


def studentised(control, treatment):
    """Exact: its sign and its square."""
    gap = sum(treatment) / len(treatment) - sum(control) / len(control)
    variance = Fraction(0)
    for values in (control, treatment):
        mean = sum(values) / len(values)
        variance += sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values)
    sign = (gap > 0) - (gap < 0)
    return sign * (gap**2 / variance if variance else Fraction(10**30)) if sign else Fraction(0)


def permutation(given):
    control, treatment = ([Fraction(v) for v in given[arm]] for arm in ("control", "treatment"))
    if min(len(control), len(treatment)) < 2:
        return {"reason": "insufficient_data"}
    if len(set(control)) == len(set(treatment)) == 1:
        return {"reason": "zero_variance"}
    side = {"two_sided": abs, "greater": lambda t: t, "less": lambda t: -t}[given["alternative"]]
    observed, everything = studentised(control, treatment), control + treatment
    as_far = 0
    for chosen in combinations(range(len(everything)), len(treatment)):
        dealt = [everything[i] for i in chosen]
        rest = [v for i, v in enumerate(everything) if i not in chosen]
        as_far += side(studentised(rest, dealt)) >= side(observed)
    gap = sum(treatment) / len(treatment) - sum(control) / len(control)
    return {"estimate": float(gap), "p_value": as_far / comb(len(everything), len(treatment))}


def regression_cases(random, count):
    for i in range(count):
        k = int(random.integers(0, 4))
        given = {"variance": str(random.choice(["hc2", "hc3"])), **random_test(random)}
        for arm, effect in (("control", 0.0), ("treatment", 0.4)):
            n = int(random.integers(k + 6, 120))
            x = random.gamma(2, 2, (n, k)) + [0.0, 1e6][i % 5 == 0]
            y = effect + x.sum(axis=1) * random.uniform(0, 0.5) + random.normal(0, 1 + (arm == "control"), n)
            given[arm] = np.round(np.column_stack([y, x]), 6).tolist()
        yield given
    rows = [[1.0, 2.0], [3.0, 1.0], [2.0, 7.0], [2.0, 4.0], [5.0, 4.0]]
    # `want` is not the program's.
    yield {"control": rows, "treatment": rows[:2], "want": "insufficient_data"}
    yield {"control": [[1.0], [1.0]], "treatment": [[2.0], [2.0]], "want": "zero_variance"}
    yield {"control": rows, "treatment": [[1.0, 9.0], [2.0, 9.0], [4.0, 9.0]], "want": "insufficient_data"}
    yield {"control": rows, "treatment": [[1.0, 9.0, 1.0]], "want": "invalid_input"}


def regression(given):
    if "want" in given:
        return {"reason": given["want"]}
    control, treatment = (np.array(given[arm]) for arm in ("control", "treatment"))
    rows, treated = np.vstack([control, treatment]), np.repeat([0.0, 1.0], [len(control), len(treatment)])
    x = rows[:, 1:] - rows[:, 1:].mean(axis=0)
    design = np.column_stack([np.ones(len(rows)), treated, x, x * treated[:, None]])
    fitted = sm.OLS(rows[:, 0], design).fit(cov_type=given["variance"].upper())
    # statsmodels has no Satterthwaite: the shares of the error are those of the two fits.
    parts = []
    for arm in (control, treatment):
        one = sm.OLS(arm[:, 0], np.column_stack([np.ones(len(arm)), arm[:, 1:] - rows[:, 1:].mean(axis=0)]))
        parts.append((one.fit(cov_type=given["variance"].upper()).bse[0] ** 2, one.df_resid))
    total = sum(v for v, _ in parts)
    dof = total**2 / sum(v**2 / d for v, d in parts)
    return t_result(float(fitted.params[1]), float(fitted.bse[1]), dof, given)


def shrinkage_cases(random, count):
    for i in range(count):
        k = int(random.integers(2, 30))
        errors = random.gamma(2, 0.02, k) + 1e-3
        effects = random.normal(0.01, [0.0, 0.05][i % 2], k) + random.normal(0, errors)
        yield {"estimates": effects.tolist(), "standard_errors": errors.tolist(), "alpha": random_test(random)["alpha"]}
    # dat.bcg of R's metafor (Colditz et al., JAMA 271, 1994): log relative risks.
    yield {"estimates": [-0.8893, -1.5854, -1.3481, -1.4416], "standard_errors": [0.5706, 0.4411, 0.6445, 0.1415]}
    yield {"estimates": [0.1], "standard_errors": [0.1]}
    yield {"estimates": [0.1, 0.2], "standard_errors": [0.1, 0.0]}


def shrinkage(given):
    y, v = ([Fraction(x) for x in given["estimates"]], [Fraction(s) ** 2 for s in given["standard_errors"]])
    if min(v) == 0:
        return {"reason": "invalid_input"}
    if len(y) < 2:
        return {"reason": "insufficient_data"}
    w = [1 / x for x in v]
    fixed = sum(a * b for a, b in zip(w, y)) / sum(w)
    q = sum(a * (b - fixed) ** 2 for a, b in zip(w, y))
    dof = len(y) - 1
    tau2 = max(Fraction(0), (q - dof) / (sum(w) - sum(a * a for a in w) / sum(w)))
    w = [1 / (x + tau2) for x in v]
    mu, mu_variance = sum(a * b for a, b in zip(w, y)) / sum(w), 1 / sum(w)
    kept = [tau2 / (tau2 + x) for x in v]
    half = stats.norm.isf(given.get("alpha", 0.05) / 2) * sqrt(mu_variance)
    return {"mu": mu, "mu_standard_error": sqrt(mu_variance), "tau_squared": tau2, "q_statistic": q, "dof": dof,
            "p_value": stats.chi2.sf(float(q), dof), "ci_lower": float(mu) - half, "ci_upper": float(mu) + half,
            "posterior_means": [k * a + (1 - k) * mu for k, a in zip(kept, y)],
            "posterior_sds": [sqrt(k * x + (1 - k) ** 2 * mu_variance) for k, x in zip(kept, v)],
            "_scale": sqrt(mu_variance)}


METHODS = {
    "permutation": Method(cases=permutation_cases, expected=permutation, TOLERANCE={"p_value": DRAWN}),
    "lin_regression": Method(cases=regression_cases, expected=regression, TOLERANCE={"dof": 1e-7}),
    "shrinkage": Method(cases=shrinkage_cases, expected=shrinkage),
}
