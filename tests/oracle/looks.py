"""group_sequential: the recursion of Armitage, McPherson and Rowe on Gauss-Legendre nodes between the boundaries, and
SciPy's root finding for each bound."""

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
        yield {"information_fractions": fractions.tolist(), "alpha": float(random.choice([0.05, 0.01])),
               "spending": kinds[i % 4]}


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
    return {"z_bounds": bounds, "cumulative_alpha": cumulative}


METHODS = {"group_sequential": Method(cases=cases, expected=expected, TOLERANCE=TOLERANCE)}
