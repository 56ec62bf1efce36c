"""Constants of group_sequential_test. Two looks: an integral in 30 digits of mpmath. More looks: densities on a fine
uniform grid by Simpson's rule, on the scale of z, where the program uses Gauss-Legendre panels on that of the score.

    python3 tests/platform/stats/references_group_sequential.py     (needs mpmath, numpy, scipy; a minute)
"""

import numpy as np
from mpmath import erfc, erfinv, exp, findroot, log, mp, mpf, pi, quad, sqrt
from scipy import optimize, special

mp.dps = 30


def tail(z):
    return erfc(z / sqrt(mpf(2))) / 2


def quantile(p):
    guess = sqrt(mpf(2)) * erfinv(1 - 2 * mpf(p)) if p > mpf(10) ** -25 else sqrt(-2 * log(p))
    return findroot(lambda z: log(tail(z) / p), guess)


def spent(kind, alpha, t, rho=None):
    t, a = mpf(t), mpf(alpha) / 2
    if kind == "power":
        return a * t**rho
    if kind == "pocock":
        return a * log(1 + (exp(1) - 1) * t)
    return 2 * tail(quantile(a / 2) / sqrt(t))


def two_looks(t1, t2, f1, f2):
    z1 = quantile(f1)
    c, sd = z1 * sqrt(t1), sqrt(t2 - t1)
    points = [-c, -c / 2, 0, c / 2, c]
    if c > 8 * sqrt(t1):
        points = [-c, *(i * sqrt(t1) for i in range(-8, 9, 2)), c]
    if 9 * sd < c / 2:
        points[-1:] = [c - 9 * sd, c - 3 * sd, c - sd, c]

    def crossing(b):
        f = lambda s: exp(-s * s / (2 * t1)) / sqrt(2 * pi * t1) * tail((b - s) / sd)
        return quad(f, points)

    start = quantile(f2 - f1)
    z2 = findroot(lambda z: log(crossing(z * sqrt(t2)) / (f2 - f1)), (start, start * mpf("0.99")))
    return z1, z2


def many_looks(ts, fs, points):
    """z bounds; `points` odd."""
    bounds, z, weights = [], np.array([0.0]), np.array([1.0])
    previous_t, previous_f = 0.0, 0.0
    for t, f in zip(ts, fs):
        scale = np.sqrt(t - previous_t)

        def crossing(b):
            return float(np.sum(weights * special.ndtr(-(b * np.sqrt(t) - z * np.sqrt(previous_t)) / scale)))

        bound = optimize.brentq(lambda b: np.log(crossing(b) / (f - previous_f)), 0.1, 30, xtol=1e-13, rtol=1e-14)
        bounds.append(bound)
        grid = np.linspace(-bound, bound, points)
        simpson = np.full(points, 2.0)
        simpson[1::2] = 4
        simpson[0] = simpson[-1] = 1
        simpson *= (grid[1] - grid[0]) / 3
        kernel = np.exp(-((grid[:, None] * np.sqrt(t) - z[None, :] * np.sqrt(previous_t)) ** 2) / (2 * scale**2))
        weights = simpson * (kernel @ weights) * np.sqrt(t) / scale / np.sqrt(2 * np.pi)
        z, previous_t, previous_f = grid, t, f
    return bounds


def show(name, values):
    print(name, *(mp.nstr(mpf(v), 14) for v in values))


def main():
    for kind in ("power", "pocock", "obrien_fleming"):
        show(f"spent by both sides {kind}", [2 * spent(kind, "0.05", t, 2) for t in ("0.25", "0.5")])
    for kind, alpha, t1, t2, rho in (
        ("obrien_fleming", "0.05", "0.5", "1", None),
        ("pocock", "0.05", "0.5", "1", None),
        ("power", "0.01", "0.3", "0.31", 2),
        ("obrien_fleming", "0.05", "0.02", "0.04", None),
        ("pocock", "0.05", "0.5", "0.50002", None),
    ):
        fs = [spent(kind, alpha, t, rho) for t in (t1, t2)]
        show(f"{kind} {alpha} {t1} {t2}", two_looks(mpf(t1), mpf(t2), *fs))
    for name, kind, ts, rho, points in (
        ("five", "obrien_fleming", [k / 5 for k in range(1, 6)], None, 2001),
        ("five", "pocock", [k / 5 for k in range(1, 6)], None, 2001),
        ("uneven", "power", [0.1, 0.15, 0.6, 0.62, 0.9], 3, 4001),
        ("fifty", "obrien_fleming", [k / 50 for k in range(1, 51)], None, 6001),
        ("fifty", "pocock", [k / 50 for k in range(1, 51)], None, 2001),
    ):
        fs = [float(spent(kind, "0.05", t, rho)) for t in ts]
        bounds = many_looks(ts, fs, points)
        show(f"{name} {kind}", bounds if len(ts) < 9 else [bounds[i] for i in (0, 1, 9, 24, 49)])


if __name__ == "__main__":
    main()
