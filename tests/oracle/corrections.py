"""multiple_testing against statsmodels, fcr_intervals."""

from types import SimpleNamespace as Method

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

NAMES = {"bonferroni": "bonferroni", "sidak": "sidak", "holm": "holm", "holm_sidak": "holm-sidak",
         "hochberg": "simes-hochberg", "benjamini_hochberg": "fdr_bh", "benjamini_yekutieli": "fdr_by"}


def p_value_cases(random, count):
    for _ in range(count):
        m = int(random.integers(1, 40))
        p = random.uniform(size=m) ** random.choice([1, 4])
        if random.random() < 0.3:
            p = np.round(p, 2)  # ties, zeros and ones
        yield {"p_values": p.tolist(), "alpha": float(random.choice([0.05, 0.01, 0.2]))}


def corrections(given):
    result = {}
    for name, method in NAMES.items():
        rejected, adjusted, _, _ = multipletests(given["p_values"], alpha=given["alpha"], method=method)
        result[name] = adjusted.tolist()
        result[f"{name}_reject"] = [bool(r) for r in rejected]
    return result


def fcr_cases(random, count):
    for _ in range(count):
        m = int(random.integers(1, 30))
        yield {"estimates": random.normal(0, 2, m).tolist(), "standard_errors": random.uniform(0.2, 1.5, m).tolist(),
               "q": float(random.choice([0.05, 0.1]))}


def fcr(given):
    """Y. Benjamini, D. Yekutieli, J. Am. Stat. Assoc. 100 (2005)."""
    estimates, errors = np.array(given["estimates"]), np.array(given["standard_errors"])
    p = 2 * stats.norm.sf(abs(estimates / errors))
    selected = multipletests(p, alpha=given["q"], method="fdr_bh")[0]
    count = int(selected.sum())
    z = stats.norm.isf(count * given["q"] / len(p) / 2) if count else 0.0
    return {"selected": [bool(s) for s in selected], "n_selected": count,
            "fcr_lower": [float(e - z * s) if chosen else None for e, s, chosen in zip(estimates, errors, selected)],
            "fcr_upper": [float(e + z * s) if chosen else None for e, s, chosen in zip(estimates, errors, selected)]}


METHODS = {"multiple_testing": Method(cases=p_value_cases, expected=corrections),
           "fcr_intervals": Method(cases=fcr_cases, expected=fcr)}
