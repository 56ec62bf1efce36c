"""Constants of quantile_ties_test, ratio_jackknife_test, bayesian_fieller_test and effect_trend_clustered_test.

    python3 tests/platform/stats/references_options.py          (needs mpmath)
"""

from fractions import Fraction

from mpmath import exp, log, mp, mpf, ncdf, quad, sqrt

from references import show, t_quantile, t_tail, z_quantile


def exact(fraction):
    return mpf(fraction.numerator) / fraction.denominator


def mid_quantile(users, nu, z):
    events = sorted(Fraction(x) for user in users for x in user)
    n, values = len(events), sorted(set(events))
    heights = [Fraction(2 * sum(e < v for e in events) + sum(e == v for e in events), 2 * n) for v in values]

    def at(share):
        if share <= heights[0]:
            return values[0], values[0], Fraction(0)
        if share >= heights[-1]:
            return values[-1], values[-1], Fraction(0)
        k = max(i for i, h in enumerate(heights) if h <= share)
        return values[k], values[k + 1], (share - heights[k]) / (heights[k + 1] - heights[k])

    def value(share):
        low, high, part = at(share)
        return exact(low) + (exact(high) - exact(low)) * part if isinstance(part, mpf) else exact(low + (high - low) * part)

    low, high, part = at(nu)
    def side(x, v):
        return Fraction(1) if x < v else Fraction(1, 2) if x == v else Fraction(0)
    below = [sum(side(Fraction(x), low) * (1 - part) + side(Fraction(x), high) * part for x in user) for user in users]
    sizes = [len(user) for user in users]
    share, size = sum(below) / sum(sizes), Fraction(sum(sizes), len(users))
    psi = [(b - share * s) / size for b, s in zip(below, sizes)]
    variance = sum(p * p for p in psi) / (len(users) - 1) / len(users)
    reach = z * sqrt(exact(variance))
    heights = [exact(h) for h in heights]
    return exact(low + (high - low) * part), (value(exact(nu) + reach) - value(exact(nu) - reach)) / (2 * z)


def quantiles():
    control = [[0, 1], [1, 1, 2], [2], [0, 3, 1], [4], [1, 2, 5]]
    treatment = [[1, 1], [3, 1, 2], [2, 2], [0, 3, 4], [6], [1, 2, 3]]
    z = z_quantile(mpf("0.025"))
    (c, sc), (t, st) = (mid_quantile(users, Fraction(1, 2), z) for users in (control, treatment))
    se = sqrt(sc**2 + st**2)
    show("mid quantile: control, treatment, estimate, se, half width", c, t, t - c, se, z * se)


def jackknife(units):
    units = [(Fraction(m), Fraction(d)) for m, d in units if m or d]
    m, d, k = sum(u[0] for u in units), sum(u[1] for u in units), len(units)
    without = [(m - a) / (d - b) for a, b in units]
    mean = sum(without) / k
    variance = Fraction(k - 1, k) * sum((w - mean) ** 2 for w in without)
    return exact(m / d), exact(variance), exact(d**2 / sum(b**2 for _, b in units) - 1)


def ratios():
    control = [(1, 2), (0, 1), (3, 4), (0, 0), (2, 7), (1, 1), (0, 0)]
    treatment = [(2, 2), (1, 3), (0, 0), (4, 5), (2, 2), (3, 9)]
    (c, vc, kc), (t, vt, kt) = map(jackknife, (control, treatment))
    show("jackknife control: ratio, variance, dof", c, vc, kc)
    se, dof = sqrt(vc + vt), (vc + vt) ** 2 / (vc**2 / kc + vt**2 / kt)
    q = t_quantile(mpf("0.025"), dof)
    show("jackknife test: estimate, se, dof, p, interval", t - c, se, dof, 2 * t_tail(abs(t - c) / se, dof),
         t - c - q * se, t - c + q * se)


def conversions(successes, n):
    p = mpf(successes) / n
    return p, p * (1 - p) / (n - 1)


def posterior(name, control, treatment, prior_mean, prior_sd):
    (c, vc), (t, vt) = control, treatment
    m, s = mpf(prior_mean), mpf(prior_sd)

    def density(d):
        r = 1 + d if c > 0 else 1 - d
        v = vt + r**2 * vc
        return exp(-((d - m) / s) ** 2 / 2 - (t - r * c) ** 2 / (2 * v)) / sqrt(v)

    ends = [m + s * k for k in (-14, -8, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 8, 14)]
    below = [e for e in ends if e < 0] + [mpf(0)]
    above = [mpf(0)] + [e for e in ends if e > 0]
    low, high = quad(density, below), quad(density, above)
    total = low + high
    both = below + above[1:]
    mean = quad(lambda d: d * density(d), both) / total
    sd = sqrt(quad(lambda d: (d - mean) ** 2 * density(d), both) / total)
    show(name + " mean sd", mean, sd)
    show(name + " chance below, above", low / total, high / total)
    show(name + " fall, rise", quad(lambda d: -d * density(d), below) / total,
         quad(lambda d: d * density(d), above) / total)
    guess = mean
    cut = [mp.findroot(lambda x: quad(density, [e for e in both if e < x] + [x]) / total - q,
                       (guess + k * sd, guess + k * sd * mpf("1.001")), tol=1e-36)
           for q, k in ((mpf("0.025"), -2), (mpf("0.975"), 2))]
    show(name + " interval", *cut)

    def further(d, side):
        r = 1 + d if c > 0 else 1 - d
        return exp(-((d - m) / s) ** 2 / 2) / (s * sqrt(2 * mp.pi)) * ncdf(-side * (t - r * c) / sqrt(vt + r**2 * vc))

    show(name + " conflict", 2 * min(quad(lambda d: further(d, 1), ends), quad(lambda d: further(d, -1), ends)))


def binomial_chance(xc, xt, n, prior_sd):
    """P(lift > 0) for exact binomials, a flat prior on the control's rate and N(0, sd^2) on the lift."""
    s, p0 = mpf(prior_sd), (mpf(xc) + xt) / (2 * n)
    top = (xc + xt) * log(p0) + (2 * n - xc - xt) * log(1 - p0)

    def given(d):
        m = (mpf(xc) + xt) / (n * (2 + d))
        w = sqrt(m / (2 * n))

        def likelihood(p):
            q = p * (1 + d)
            return exp(xc * log(p) + (n - xc) * log(1 - p) + xt * log(q) + (n - xt) * log(1 - q) - top)

        return quad(likelihood, [m - 12 * w, m, m + 12 * w]) * exp(-d * d / (2 * s * s))

    low, high = quad(given, [-8 * s, -4 * s, 0]), quad(given, [0, 3 * s, 8 * s])
    return high / (low + high)


def bayes():
    posterior("means", (mpf(10), mpf(796) / 199 / 200), (mpf("10.25"), mpf(1245) / 249 / 250), "0", "0.05")
    posterior("negative control", (mpf(-10), mpf(796) / 199 / 200), (mpf("-9.75"), mpf(1245) / 249 / 250), "0.01", "0.1")
    posterior("conversions", conversions(124, 21000), conversions(257, 21000), "0", "0.05")
    show("conversions, exact binomials", binomial_chance(124, 257, 21000, "0.05"))


def clustered():
    control = {"a": {0: 1, 1: 2, 2: 4}, "b": {0: 3, 2: 5}, "c": {0: 2, 1: 1}, "d": {1: 6, 2: 2}, "e": {0: 5}}
    treatment = {"f": {0: 4, 1: 3, 2: 3}, "g": {0: 6, 1: 5}, "h": {1: 7, 2: 2}, "i": {0: 3, 2: 4}}
    days = [0, 1, 2]
    arms = []
    for units in (control, treatment):
        by_day = [{u: Fraction(v[k]) for u, v in units.items() if k in v} for k in days]
        means = [sum(d.values()) / len(d) for d in by_day]
        # Covariances of the daily means, from the units that two days share.
        def covariance(k, l):
            shared = by_day[k].keys() & by_day[l].keys()
            s = sum((by_day[k][u] - means[k]) * (by_day[l][u] - means[l]) for u in shared)
            n, o = len(by_day[k]), len(by_day[l])
            return exact(s) / sqrt(mpf(n * (n - 1) * o * (o - 1)))
        arms.append((means, [[covariance(k, l) for l in days] for k in days]))
    effects = [exact(arms[1][0][k] - arms[0][0][k]) for k in days]
    total = [[arms[0][1][k][l] + arms[1][1][k][l] for l in days] for k in days]
    w = [1 / total[k][k] for k in days]
    centre = sum(a * t for a, t in zip(w, days)) / sum(w)
    spread = sum(a * (t - centre) ** 2 for a, t in zip(w, days))
    c = [a * (t - centre) / spread for a, t in zip(w, days)]
    slope = sum(a * e for a, e in zip(c, effects))
    se = sqrt(sum(c[k] * c[l] * total[k][l] for k in days for l in days))
    show("clustered slope, se, independent se, p", slope, se, 1 / sqrt(spread), 2 * ncdf(-abs(slope) / se))


def main():
    quantiles()
    ratios()
    clustered()
    mp.dps = 25
    bayes()


if __name__ == "__main__":
    main()
