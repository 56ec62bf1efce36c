"""Effects by segment, day and cell: segment_heterogeneity, effect_trend, interaction."""

from math import sqrt
from types import SimpleNamespace as Method

import numpy as np
from scipy import stats

from arms import mean_arm, random_arm, t_quantile, welch_parts


def effect(pair):
    estimate, variance, _ = welch_parts(mean_arm(pair["control"]), mean_arm(pair["treatment"]))
    return float(estimate), sqrt(variance)


def segment_cases(random, count):
    for _ in range(count):
        yield {"segments": [{"name": f"s{i}", "control": random_arm(random), "treatment": random_arm(random)}
                            for i in range(int(random.integers(2, 8)))]}


def heterogeneity(given):
    estimates, errors = zip(*map(effect, given["segments"]))
    w = 1 / np.array(errors) ** 2
    pooled = float((w * estimates).sum() / w.sum())
    q = float((w * (np.array(estimates) - pooled) ** 2).sum())
    dof = len(estimates) - 1
    return {"estimates": list(estimates), "standard_errors": list(errors), "pooled_estimate": pooled,
            "pooled_standard_error": float(1 / sqrt(w.sum())), "q_statistic": q, "dof": dof,
            "p_value": float(stats.chi2.sf(q, dof)), "i_squared": max(0.0, (q - dof) / q)}


def trend_cases(random, count):
    for _ in range(count):
        yield {"days": [{"day": day, "control": random_arm(random), "treatment": random_arm(random)}
                        for day in range(1, int(random.integers(3, 15)))]}


    for _ in range(count // 2):
        yield clustered_case(random)


def clustered_case(random):
    """Units that come back, as [unit, day, value]."""
    days = int(random.integers(3, 8))
    given = {"variance": "clustered"}
    for arm in ("control", "treatment"):
        level = random.normal(3, 1, int(random.integers(10, 60)))
        given[arm] = [[f"u{unit}", day, float(mean + random.normal(0, 0.7))] for unit, mean in enumerate(level)
                      for day in range(days) if random.random() < 0.6]
        random.shuffle(given[arm])
    return given


def clustered_trend(given):
    """The daily effects' covariance matrix, from the units that two days share."""
    tables = []
    days = sorted({row[1] for arm in ("control", "treatment") for row in given[arm]})
    for arm in ("control", "treatment"):
        units = sorted({row[0] for row in given[arm]})
        table = np.full((len(units), len(days)), np.nan)
        for unit, day, value in given[arm]:
            table[units.index(unit), days.index(day)] = value
        tables.append(table)
    means = [np.nanmean(table, axis=0) for table in tables]
    matrix = np.zeros((len(days), len(days)))
    for table, mean in zip(tables, means):
        n = np.isfinite(table).sum(axis=0)
        residuals = np.nan_to_num(table - mean) / np.sqrt(n * (n - 1.0))
        matrix += residuals.T @ residuals
    effects = means[1] - means[0]
    t = np.array(days, dtype=float)
    w = 1 / np.diag(matrix)
    centre = (w * t).sum() / w.sum()
    c = w * (t - centre) / (w * (t - centre) ** 2).sum()
    slope, se = float(c @ effects), sqrt(c @ matrix @ c)
    level = (w * effects).sum() / w.sum()
    return {"estimates": effects.tolist(), "standard_errors": np.sqrt(np.diag(matrix)).tolist(), "slope": slope,
            "slope_standard_error": se, "statistic": slope / se, "p_value": float(2 * stats.norm.sf(abs(slope / se))),
            "first_day_fit": level + slope * (t[0] - centre), "last_day_fit": level + slope * (t[-1] - centre)}


def trend(given):
    if given.get("variance") == "clustered":
        return clustered_trend(given)
    estimates, errors = zip(*map(effect, given["days"]))
    days = np.array([d["day"] for d in given["days"]], dtype=float)
    # Weighted least squares through the normal equations of a QR factorisation.
    w = 1 / np.array(errors)
    design = np.column_stack([np.ones_like(days), days - days.mean()]) * w[:, None]
    q, r = np.linalg.qr(design)
    level, slope = np.linalg.solve(r, q.T @ (np.array(estimates) * w))
    se = sqrt(np.linalg.inv(r.T @ r)[1, 1])
    z = slope / se
    return {"estimates": list(estimates), "standard_errors": list(errors), "slope": slope, "slope_standard_error": se,
            "statistic": z, "p_value": float(2 * stats.norm.sf(abs(z))),
            "first_day_fit": level + slope * (days[0] - days.mean()),
            "last_day_fit": level + slope * (days[-1] - days.mean())}


CELLS = ("a0_b0", "a0_b1", "a1_b0", "a1_b1")


def interaction_cases(random, count):
    for _ in range(count):
        yield {cell: random_arm(random) for cell in CELLS} | {"alpha": 0.05}


def interaction(given):
    cells = [mean_arm(given[cell]) for cell in CELLS]
    m = [c[1] for c in cells]
    estimate = float((m[3] - m[2]) - (m[1] - m[0]))
    variances = [float(c[2]) / c[0] for c in cells]
    total = sum(variances)
    dof = total**2 / sum(v**2 / (c[0] - 1) for v, c in zip(variances, cells))
    se = sqrt(total)
    q = t_quantile(given["alpha"] / 2, dof)
    counts = np.array([[cells[0][0], cells[1][0]], [cells[2][0], cells[3][0]]])
    chi2, p, _, _ = stats.chi2_contingency(counts, correction=False)
    return {"estimate": estimate, "standard_error": se, "dof": dof, "statistic": estimate / se,
            "p_value": float(2 * stats.t.sf(abs(estimate / se), dof)), "ci_lower": estimate - q * se,
            "ci_upper": estimate + q * se, "assignment_chi2": chi2, "assignment_p": p}


SLOPE = {"slope": 1e-7, "statistic": 1e-7, "first_day_fit": 1e-7, "last_day_fit": 1e-7, "i_squared": 1e-7}
METHODS = {
    "segment_heterogeneity": Method(cases=segment_cases, expected=heterogeneity, TOLERANCE=SLOPE),
    "effect_trend": Method(cases=trend_cases, expected=trend, TOLERANCE=SLOPE),
    "interaction": Method(cases=interaction_cases, expected=interaction),
}
