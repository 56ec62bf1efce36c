"""Prints the constants of the tests of the corrections for multiple testing, fcr_intervals, quantiles, off_policy and
interleaving, with 50 digits of mpmath, straight from the definitions.

    python3 tests/platform/stats/references_multiple.py        (needs mpmath; nothing runs it by itself)
"""

from math import ceil, floor

from mpmath import mp, mpf, binomial, fsum, sqrt

from references import show, t_quantile, t_tail, z_quantile, z_tail


def mean_and_error(values):
    n = len(values)
    mean = fsum(values) / n
    return mean, sqrt(fsum((v - mean) ** 2 for v in values) / (n - 1) / n)


def multiple():
    p = [mpf(x) for x in ("0.04", "0.01", "0.03", "0.005")]
    show("sidak", *(1 - (1 - x) ** 4 for x in p))
    by_size = sorted(p)
    show("holm-sidak, ascending, before the maximum", *(1 - (1 - x) ** (4 - i) for i, x in enumerate(by_size)))
    mp.dps = 400
    show("sidak of 1e-300, three", 1 - (1 - mpf("1e-300")) ** 3)
    mp.dps = 50
    # Adjusted: 0.0000..., 0.0087..., 0.0716..., 0.0910...: two are selected at 0.05.
    estimates, errors = [mpf(x) for x in ("0.5", "-0.3", "0.2", "0.1")], [mpf(x) for x in ("0.1", "0.1", "0.1", "0.1")]
    p = sorted(2 * z_tail(abs(e) / s) for e, s in zip(estimates, errors))
    show("fcr p", *p)
    q = z_quantile(mpf("0.05") * 2 / 4 / 2)
    show("fcr", *(end for e, s in zip(estimates[:2], errors) for end in (e - q * s, e + q * s)))


def ratio_variance(rows):
    n = len(rows)
    ms, mn = fsum(r[0] for r in rows) / n, fsum(r[1] for r in rows) / n
    cov = lambda a, b: fsum((x[a] - fsum(y[a] for y in rows) / mpf(n)) * (x[b] - fsum(y[b] for y in rows) / mpf(n)) for x in rows) / (n - 1)
    r = ms / mn
    return (cov(0, 0) - 2 * r * cov(0, 1) + r * r * cov(1, 1)) / mn**2 / n


def quantiles():
    z = z_quantile("0.025")
    error = (mpf("1.2") - mpf("0.9")) / (2 * z)
    variance = mpf(800) / 1000 * 999 * error**2
    show("quantile_moments m2", variance * 999)
    rows = [[mpf(x) for x in r] for r in ((3, 4), (1, 5), (6, 6), (2, 3))]
    effect = ratio_variance(rows) / (mpf("0.6") * mpf("0.4") / 18)
    show("quantile_moments m2 clustered, n 18 n* 18", mpf(17) * error**2 * effect * 17)
    arms = ([[1, 2, 2.5], [4, 7], [3, 9, 11, 12], [5], [6, 8, 10]], [[2, 4, 6, 8], [3, 5], [10, 13, 15], [1, 14, 16], []])
    for z_alpha in ("0.05", "0.2"):
        total, z = mpf(0), z_quantile(mpf(z_alpha) / 2)
        for arm in arms:
            events = sorted(mpf(x) for user in arm for x in user)
            n, nu = len(events), mpf("0.5")
            q = events[ceil(n * nu) - 1]
            s = sqrt(ratio_variance([[mpf(sum(1 for x in user if x <= q)), mpf(len(user))] for user in arm]))
            low = min(max(floor(n * (nu - z * s)), 1), n)
            high = min(max(ceil(n * (nu + z * s)), 1), n)
            show(f"quantile_raw {z_alpha} q, s, ranks", q, s, mpf(low), mpf(high))
            total += ((events[high - 1] - events[low - 1]) / (2 * z)) ** 2
        show("quantile_raw se, half width", sqrt(total), z * sqrt(total))


def off_policy():
    r = [mpf(x) for x in ("1", "0", "0.5", "2", "0", "1")]
    p = [mpf(x) for x in ("0.5", "0.25", "0.1", "0.8", "0.4", "0.05")]
    t = [mpf(x) for x in ("0.4", "0.5", "0", "0.9", "0.1", "0.6")]
    q = [mpf(x) for x in ("0.8", "0.1", "0.4", "1.5", "0.2", "0.9")]
    v = [mpf(x) for x in ("0.7", "0.3", "0.5", "1.6", "0.1", "0.8")]
    for clip in (None, 5):
        w = [min(a / b, mpf(clip)) if clip else a / b for a, b in zip(t, p)]
        show(f"off_policy clip {clip} ips", *mean_and_error([a * b for a, b in zip(w, r)]))
        snips = fsum(a * b for a, b in zip(w, r)) / fsum(w)
        show("  snips", snips, sqrt(fsum((a * (b - snips)) ** 2 for a, b in zip(w, r))) / fsum(w))
        show("  dr", *mean_and_error([e + a * (b - d) for a, b, d, e in zip(w, r, q, v)]))
        show("  dm, ess, mean, max", fsum(v) / 6, fsum(w) ** 2 / fsum(a * a for a in w), fsum(w) / 6, max(w))


def interleaving():
    half = lambda k, n: fsum(binomial(n, i) for i in range(k + 1)) / mpf(2) ** n
    show("sign test 1 of 4", 2 * half(1, 4))
    show("sign test 3 of 12", 2 * half(3, 12))
    show("sign test 100 of 1000", 2 * half(100, 1000))
    n, k = 10**7, 4990000
    term = total = binomial(mpf(n), k)
    for i in range(k, k - 60000, -1):
        term *= mpf(i) / (n - i + 1)
        total += term
    show("sign test 4990000 of 1e7", 2 * total / mpf(2) ** n)
    users = [mpf(x) for x in (1, "0.5", 0, -1)] + [mpf(1) / 3]
    mean, error = mean_and_error(users)
    show("preference se p", mean, error, 2 * t_tail(abs(mean) / error, 4))
    show("  interval", mean - t_quantile("0.025", 4) * error, mean + t_quantile("0.025", 4) * error)


multiple()
quantiles()
off_policy()
interleaving()
