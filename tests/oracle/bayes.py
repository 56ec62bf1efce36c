"""bayesian: the posterior in closed form; the losses by numerical integration, with 30 digits. Fieller's likelihood on a
fine grid: Gauss's formula on some hundred panels of where the density counts, on either side of 0."""

from math import sqrt
from types import SimpleNamespace as Method

import numpy as np
from mpmath import mp, mpf
from scipy import optimize, special, stats

from arms import difference_result, mean_arm, random_arm

TOLERANCE = {field: 1e-7 for field in ("expected_loss_treatment", "expected_loss_control")} | {
    "chance_to_win": 1e-8, "prior_conflict": 1e-6, "ci_lower": 1e-7, "ci_upper": 1e-7, "posterior_mean": 1e-7}


def cases(random, count):
    for _ in range(count):
        prior = random.choice([0, 1, 2])
        yield {"control": random_arm(random), "treatment": random_arm(random), "alpha": float(random.choice([0.05, 0.1])),
               "difference": str(random.choice(["absolute", "relative"])), "inverse": bool(random.random() < 0.3),
               "prior": [None, {"mean": 0.0, "sd": 0.05, "scale": "relative"},
                         {"mean": 0.02, "sd": 0.3, "scale": "relative"}][prior]}


    for _ in range(count // 2):
        yield {"control": random_arm(random), "treatment": random_arm(random), "alpha": float(random.choice([0.05, 0.1])),
               "difference": "relative", "inverse": bool(random.random() < 0.3), "likelihood": "fieller",
               "prior": {"mean": float(random.choice([0.0, 0.02])), "sd": float(random.choice([0.05, 0.3])),
                         "scale": "relative"}}


NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)


def nodes_between(low, high):
    edges = np.linspace(low, high, 401)
    half = np.diff(edges) / 2
    return ((edges[:-1] + half)[:, None] + half[:, None] * NODES).ravel(), (half[:, None] * WEIGHTS).ravel()


def window(log_density, low, high, seen, error):
    """Where the density is more than e^-60 of its peak, which may be as narrow as the data."""
    near_data = seen + error * np.linspace(-60, 60, 2_001)
    for _ in range(4):
        x = np.concatenate([np.linspace(low, high, 20_001), near_data[(near_data > low) & (near_data < high)]])
        x.sort()
        inside = np.flatnonzero(log_density(x) > log_density(x).max() - 60)
        low, high = x[max(inside[0] - 1, 0)], x[min(inside[-1] + 1, len(x) - 1)]
    return low, high


class Piece:
    """Integrals over [low, high] of a density, as shares of `scale`."""

    def __init__(self, log_density, low, high, seen, error):
        self.low, self.high = window(log_density, low, high, seen, error)
        self.x, weights = nodes_between(self.low, self.high)
        logs = log_density(self.x)
        self.top = logs.max()
        self.w = weights * np.exp(logs - self.top)

    def integral(self, factor, top):
        return float((self.w * factor(self.x)).sum() * np.exp(self.top - top))


def fieller(given, control, treatment):
    (nc, c, s2c), (nt, t, s2t) = ((n, float(m), float(v)) for n, m, v in (control, treatment))
    vc, vt, m, s = s2c / nc, s2t / nt, given["prior"]["mean"], given["prior"]["sd"]

    def parts(d):
        r = 1 + d if c > 0 else 1 - d
        v = vt + r * r * vc
        return (t - r * c) / np.sqrt(v), np.log(v) / 2, -((d - m) / s) ** 2 / 2

    def log_density(d):
        z, log_spread, prior = parts(d)
        return prior - log_spread - z * z / 2

    seen = (t - c) / abs(c)
    error = sqrt(vt + (t / c) ** 2 * vc) / abs(c)
    low, high = min(m, seen) - 38 * s, max(m, seen) + 38 * s
    ends = (low, high, seen, error)
    pieces = [Piece(log_density, low, 0.0, seen, error), Piece(log_density, 0.0, high, seen, error)]
    top = max(piece.top for piece in pieces)
    one = lambda x: np.ones_like(x)
    worse, better = (piece.integral(one, top) for piece in pieces)
    total = worse + better
    mean = sum(piece.integral(lambda x: x, top) for piece in pieces) / total
    sd = sqrt(sum(piece.integral(lambda x: (x - mean) ** 2, top) for piece in pieces) / total)
    whole = Piece(log_density, *ends)

    def below(x):
        nodes, weights = nodes_between(whole.low, x)
        return float((weights * np.exp(log_density(nodes) - top)).sum()) / total

    bounds = [optimize.brentq(lambda x: below(x) - q, whole.low, whole.high, xtol=1e-15, rtol=1e-14)
              for q in (given["alpha"] / 2, 1 - given["alpha"] / 2)]

    def further(side):
        piece = Piece(lambda d: parts(d)[2] + special.log_ndtr(-side * parts(d)[0]), *ends)
        return piece.integral(one, 0.0) / (s * sqrt(2 * np.pi))

    losses = [pieces[0].integral(lambda x: -x, top) / total, pieces[1].integral(lambda x: x, top) / total]
    win = better / total
    if given["inverse"]:
        win, losses = worse / total, losses[::-1]
    return {"posterior_mean": mean, "posterior_sd": sd, "chance_to_win": win, "ci_lower": bounds[0],
            "ci_upper": bounds[1], "expected_loss_treatment": losses[0], "expected_loss_control": losses[1],
            "prior_conflict": min(1.0, 2 * min(further(1), further(-1))), "_scale": sd}


def loss(mean, sd):
    """E[max(X, 0)] of a normal X."""
    mp.dps = 30
    mean, sd = mpf(mean), mpf(sd)
    z = mean / sd
    return float(sd * (mp.npdf(z) + z * mp.ncdf(z))) if z > -1e3 else 0.0


def expected(given):
    control, treatment = mean_arm(given["control"]), mean_arm(given["treatment"])
    base = difference_result(control, treatment, {"difference": given["difference"]})
    if "reason" in base:
        return base
    if given.get("likelihood") == "fieller":
        return fieller(given, control, treatment)
    mean, sd = base["estimate"], base["standard_error"]
    conflict = None
    if given["prior"]:
        scale = 1.0 if given["difference"] == "relative" else abs(float(control[1]))
        prior_mean, prior_sd = given["prior"]["mean"] * scale, given["prior"]["sd"] * scale
        conflict = float(2 * stats.norm.sf(abs(mean - prior_mean) / sqrt(sd**2 + prior_sd**2)))
        w, w0 = 1 / sd**2, 1 / prior_sd**2
        mean, sd = (w * mean + w0 * prior_mean) / (w + w0), sqrt(1 / (w + w0))
    q = stats.norm.isf(given["alpha"] / 2)
    win = stats.norm.sf(-mean / sd)
    worse, better = loss(-mean, sd), loss(mean, sd)
    if given["inverse"]:
        win, worse, better = stats.norm.sf(mean / sd), better, worse
    return {
        "posterior_mean": mean, "posterior_sd": sd, "chance_to_win": win, "ci_lower": mean - q * sd,
        "ci_upper": mean + q * sd, "expected_loss_treatment": worse, "expected_loss_control": better,
        "prior_conflict": conflict}


METHODS = {"bayesian": Method(cases=cases, expected=expected, TOLERANCE=TOLERANCE)}
