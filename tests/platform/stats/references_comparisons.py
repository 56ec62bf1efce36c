"""Constants of proportion_test, srm_sequential_test, winsorized_welch_test, segments_test,
interaction_test and bootstrap_test, in 50 digits.

    python3 tests/platform/stats/references_comparisons.py          (needs mpmath and numpy)
"""

import numpy
from mpmath import exp, log, loggamma, mpf, sqrt

from references import chi2_tail, moments, sample, show, t_quantile, t_tail, welch, z_quantile, z_tail


def wilson(x, n, z):
    """Roots of (p - x / n)^2 = z^2 p (1 - p) / n."""
    a, b, c = 1 + z**2 / n, -(2 * mpf(x) / n + z**2 / n), (mpf(x) / n) ** 2
    gap = sqrt(b**2 - 4 * a * c)
    return (-b - gap) / (2 * a), (-b + gap) / (2 * a)


def proportion(name, xc, nc, xt, nt, alpha="0.05"):
    z = z_quantile(mpf(alpha) / 2)
    pc, pt = mpf(xc) / nc, mpf(xt) / nt
    d, pooled = pt - pc, mpf(xc + xt) / (nc + nt)
    statistic = d / sqrt(pooled * (1 - pooled) * (mpf(1) / nc + mpf(1) / nt)) if 0 < pooled < 1 else mpf(0)
    show(name + " estimate z p", d, statistic, 2 * z_tail(abs(statistic)))
    half = z * sqrt(pc * (1 - pc) / nc + pt * (1 - pt) / nt)
    show(name + " wald", d - half, d + half)
    (lc, uc), (lt, ut) = wilson(xc, nc, z), wilson(xt, nt, z)
    show(name + " newcombe", d - sqrt((pt - lt) ** 2 + (uc - pc) ** 2), d + sqrt((ut - pt) ** 2 + (pc - lc) ** 2))
    pc, pt = mpf(xc + 1) / (nc + 2), mpf(xt + 1) / (nt + 2)
    half = z * sqrt(pc * (1 - pc) / (nc + 2) + pt * (1 - pt) / (nt + 2))
    show(name + " agresti_caffo", pt - pc - half, pt - pc + half)


def log_bayes_factor(counts, weights, concentration):
    weights = [mpf(str(w)) for w in weights]
    shares = [w / sum(weights) for w in weights]
    a, n = mpf(concentration), sum(counts)
    value = loggamma(a) - loggamma(a + n)
    for count, share in zip(counts, shares):
        value += loggamma(a * share + count) - loggamma(a * share) - count * log(share)
    return value


def comparisons():
    return [
        (sample(100, 10, "400"), sample(110, "10.5", "450")),
        (sample(40, 8, "300"), sample(35, 10, "260")),
        (sample(900, 12, "9000"), sample(950, "12.1", "9400")),
    ]


def segments():
    effects = [welch(c, t)[:2] for c, t in comparisons()]
    w = [1 / se**2 for _, se in effects]
    pooled = sum(a * e for a, (e, _) in zip(w, effects)) / sum(w)
    q = sum(a * (e - pooled) ** 2 for a, (e, _) in zip(w, effects))
    show("segments pooled se", pooled, 1 / sqrt(sum(w)))
    show("segments q p i2", q, chi2_tail(q, 2), (q - 2) / q)
    days = [1, 2, 5]
    centre = sum(a * t for a, t in zip(w, days)) / sum(w)
    spread = sum(a * (t - centre) ** 2 for a, t in zip(w, days))
    slope = sum(a * (t - centre) * e for a, t, (e, _) in zip(w, days, effects)) / spread
    show("trend slope se z p", slope, 1 / sqrt(spread), slope * sqrt(spread), 2 * z_tail(abs(slope) * sqrt(spread)))
    show("trend fits", *(pooled + slope * (t - centre) for t in (1, 5)))


def interaction():
    cells = [sample(50, 10, "196"), sample(60, 11, "250"), sample(55, "10.5", "240"), sample(40, "13.5", "150")]
    v = [c[2] / (c[0] - 1) / c[0] for c in cells]
    estimate = (cells[3][1] - cells[2][1]) - (cells[1][1] - cells[0][1])
    se, dof = sqrt(sum(v)), sum(v) ** 2 / sum(x**2 / (c[0] - 1) for x, c in zip(v, cells))
    q = t_quantile(mpf("0.025"), dof)
    show("interaction estimate se dof", estimate, se, dof)
    show("interaction p interval", 2 * t_tail(abs(estimate) / se, dof), estimate - q * se, estimate + q * se)
    a, b, c, d = (mpf(x[0]) for x in cells)
    chi2 = (a * d - b * c) ** 2 * (a + b + c + d) / ((a + b) * (c + d) * (a + c) * (b + d))
    show("interaction assignment", chi2, chi2_tail(chi2, 1))


def winsorized():
    control = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]
    treatment = [2, 3, 4, 5, 6, 7, 8, 9, 250]
    for lower in (None, 0.07):
        cap = numpy.quantile(control + treatment, 0.9)
        floor = -numpy.inf if lower is None else numpy.quantile(control + treatment, lower)
        c, t = (moments([min(max(x, floor), cap) for x in v]) for v in (control, treatment))
        e, se, dof = welch(c, t)[:3]
        q = t_quantile(mpf("0.025"), dof)
        show("winsorized cap floor estimate", mpf(cap), mpf(floor), e)
        show("winsorized p interval", 2 * t_tail(abs(e) / se, dof), e - q * se, e + q * se)


def split_mix(seed):
    mask = 2**64 - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def bootstrap(relative):
    control, treatment = [3, 1, 4, 1, 5, 9, 2], [2, 7, 18, 2, 8]
    random = split_mix(42)

    def replicate(values):
        drawn = []
        while len(drawn) < len(values):
            product = (next(random) >> 32) * len(values)
            if product % 2**32 >= 2**32 % len(values):
                drawn.append(values[product >> 32])
        return sum(drawn) / len(drawn)

    replicates = []
    for _ in range(500):
        c = replicate(control)
        t = replicate(treatment)
        replicates.append((t - c) / c if relative else t - c)
    show("bootstrap", *map(mpf, numpy.quantile(replicates, [0.025, 0.975, 0.05, 0.95])))


def main():
    proportion("newcombe (a)", 48, 80, 56, 70)
    proportion("newcombe (e)", 0, 29, 5, 56)
    proportion("huge", 1000000, 10**7, 1001000, 10**7)
    proportion("far", 1000, 100000, 3000, 100000)
    z = z_quantile(mpf("0.025"))
    show("newcombe 0 of 12 twice", z**2 / (12 + z**2))
    show("wald error of 48/80, 56/70", sqrt(mpf("0.24") / 80 + mpf("0.16") / 70))
    for counts, weights, concentration in (
        ([5100, 4900], [1, 1], 10000),
        ([821588, 815482], [1, 1], 10000),
        ([3, 0, 1], [0.7, 0.2, 0.1], 1),
        ([10**7, 10**7 + 30000], [1, 1], 100),
        ([300, 100000], [1, 1], 10000),
        ([5, 5], [1, 1], "0.001"),
    ):
        value = log_bayes_factor(counts, weights, concentration)
        show(f"srm_sequential {counts} {concentration}", value, min(mpf(1), exp(-value)))
    segments()
    interaction()
    winsorized()
    bootstrap(False)
    bootstrap(True)


if __name__ == "__main__":
    main()
