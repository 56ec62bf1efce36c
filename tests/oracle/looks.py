"""group_sequential and its estimates: the recursion of Armitage, McPherson and Rowe on Gauss-Legendre nodes between the
boundaries, and SciPy's root finding for each bound; under a drift the recursion is done anew."""

from ast import literal_eval
from functools import cache
from math import e, log, sqrt
from types import SimpleNamespace as Method

import numpy as np
from scipy import optimize, stats

TOLERANCE = {"z_bounds": 1e-6}
NODES, WEIGHTS = np.polynomial.legendre.leggauss(400)


def spent(spending, alpha, t):
    """Of both sides."""
    if spending["type"] == "power":
        return alpha * t ** spending["rho"]
    if spending["type"] == "pocock":
        return alpha * log(1 + (e - 1) * t)
    return 4 * stats.norm.sf(stats.norm.isf(alpha / 4) / sqrt(t))


def cases(random, count):
    kinds = [{"type": "power", "rho": 1.0}, {"type": "power", "rho": 3.0}, {"type": "obrien_fleming"},
             {"type": "pocock"}]
    for i in range(max(8, count // 10)):
        looks = int(random.integers(1, 9))
        steps = random.uniform(0.5, 1.5, looks)
        fractions = np.cumsum(steps) / steps.sum()
        fractions[-1] = 1.0
        seen = int(random.integers(1, looks + 1))
        yield {"information_fractions": fractions.tolist(), "alpha": float(random.choice([0.05, 0.01])),
               "spending": kinds[i % 4], "statistics": random.normal(1, 2, seen).tolist(),
               "dof": random.uniform(3, 200, seen).tolist()}


def group_sequential_power(times, drift, alpha):
    """Of either side, O'Brien-Fleming spending."""
    given = {"information_fractions": times, "alpha": alpha, "spending": {"type": "obrien_fleming"}, "statistics": []}
    missed, x, density, before = 1.0, None, None, 0.0
    for t, bound in zip(times, boundary_of(repr(given))):
        step, move, edge = sqrt(t - before), drift * (t - before), bound * sqrt(t)
        nodes, weights = NODES * edge, WEIGHTS * edge
        if x is None:
            density = stats.norm.pdf((nodes - move) / step) / step * weights
        else:
            density = (stats.norm.pdf((nodes[:, None] - x[None, :] - move) / step) / step) @ density * weights
        x, before, missed = nodes, t, density.sum()
    return float(1 - missed)


@cache
def boundary_of(text):
    return expected(literal_eval(text))["z_bounds"]


def estimate_cases(random, count):
    for given in cases(random, 3 * count):
        seen = len(given.pop("statistics"))
        del given["dof"]
        yield given | {"information_fractions": given["information_fractions"][:seen],
                       "estimate": float(random.normal(1, 1)), "standard_error": float(random.uniform(0.2, 1))}


def estimate(given):
    times, error = np.array(given["information_fractions"]), given["standard_error"]
    bounds = expected(given | {"statistics": []})["z_bounds"]
    z = given["estimate"] / error

    def further_up(drift):
        total, x, density, before = 0.0, None, None, 0.0
        for k, t in enumerate(times):
            step = sqrt(t - before)
            edge = (z if k + 1 == len(times) else bounds[k]) * sqrt(t)
            # Centred at the start of the step: paths move by drift x (t - before).
            move = drift * (t - before)
            if x is None:
                total += stats.norm.sf((edge - move) / step)
            else:
                total += float((density * stats.norm.sf((edge - x - move) / step)).sum())
            if k + 1 == len(times):
                return total
            nodes, weights = NODES * edge, WEIGHTS * edge
            if x is None:
                density = stats.norm.pdf((nodes - move) / step) / step * weights
            else:
                density = (stats.norm.pdf((nodes[:, None] - x[None, :] - move) / step) / step) @ density * weights
            x, before = nodes, t

    def drift_for(chance):
        return optimize.brentq(lambda d: further_up(d) - chance, -200, 200, xtol=1e-11, rtol=1e-13)

    unit = error * sqrt(times[-1])
    alpha, up = given["alpha"], further_up(0.0)
    return {"estimate": drift_for(0.5) * unit, "ci_lower": drift_for(alpha / 2) * unit,
            "ci_upper": drift_for(1 - alpha / 2) * unit, "p_value": min(1.0, 2 * min(up, 1 - up)), "_scale": error}


def expected(given):
    times, alpha = given["information_fractions"], given["alpha"]
    cumulative = [spent(given["spending"], alpha, t) for t in times]
    bounds, x, density = [], None, None
    before, before_t = 0.0, 0.0
    for t, total in zip(times, cumulative):
        step = sqrt(t - before_t)
        # The score S = z sqrt(t) is a Brownian motion; `density` is that of the paths still inside.
        if x is None:
            exceed = lambda z: 2 * stats.norm.sf(z)
        else:
            exceed = lambda z: float((density * (stats.norm.sf((z * sqrt(t) - x) / step) +
                                                 stats.norm.cdf((-z * sqrt(t) - x) / step))).sum())
        z = optimize.brentq(lambda v: exceed(v) - (total - before), 1e-6, 30, xtol=1e-13, rtol=1e-14)
        bounds.append(z)
        edge = z * sqrt(t)
        nodes, weights = NODES * edge, WEIGHTS * edge
        if x is None:
            density = stats.norm.pdf(nodes / step) / step * weights
        else:
            density = (stats.norm.pdf((nodes[:, None] - x[None, :]) / step) / step) @ density * weights
        x, before, before_t = nodes, total, t
    z = [float(np.sign(t) * stats.norm.isf(stats.t.sf(abs(t), dof)))
         for t, dof in zip(given["statistics"], given.get("dof", []))]
    return {"z_bounds": bounds, "cumulative_alpha": cumulative} | (
        {"z_statistics": z, "reject": [bool(abs(a) >= b) for a, b in zip(z, bounds)]} if given["statistics"] else {})


METHODS = {
    "group_sequential": Method(cases=cases, expected=expected, TOLERANCE=TOLERANCE),
    "group_sequential_estimate": Method(cases=estimate_cases, expected=estimate,
                                        TOLERANCE={"estimate": 1e-6, "ci_lower": 1e-6, "ci_upper": 1e-6}),
}
