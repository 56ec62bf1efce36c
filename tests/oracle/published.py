"""Experiments that others have published, through `crossfade stats`: their figures to the digits that they print.

Reads the data sets beside the repository, or below CROSSFADE_DATA; without them it is skipped (77), which CI does not
accept. Sources of the figures: Cookie Cats (DataCamp's project and its solutions), K. Hillstrom's e-mail challenge
(2008), Udacity's free-trial screener, the ASOS digital experiments (Liu, Cardoso, Couturier, McCoy, NeurIPS 2021,
table 2) and Open Bandit (Saito et al. 2020).
"""

import csv
import gzip
import json
import math
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

MISSING = 77


def data(name):
    root = Path(os.environ.get("CROSSFADE_DATA", Path(__file__).resolve().parents[2] / ".." / "shared" / "data"))
    found = root / name
    if not found.exists():
        print(f"published: {found} is missing", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") == "true" else MISSING)
    return found


def table(name):
    file = data(name)
    opened = gzip.open(file, "rt") if file.suffix == ".gz" else open(file)
    with opened:
        return list(csv.DictReader(opened))


def moments(values):
    return {"n": len(values), "sum": math.fsum(values), "sum_sq": math.fsum(v * v for v in values)}


def summary(n, mean, variance):
    """Moments of what others have aggregated."""
    return {"n": int(n), "sum": n * mean, "sum_sq": (n - 1) * variance + n * mean * mean}


def share(successes, n):
    return {"n": n, "successes": successes}


class Published:
    """What is asked, and the figures as they are printed, the last digit of each rounded."""

    def __init__(self):
        self.cases, self.wanted = [], {}

    def add(self, name, method, given, **wanted):
        self.cases.append({"id": name, "method": method, "input": given})
        self.wanted[name] = wanted


def cookie_cats(published):
    rows = table("cookie_cats/cookie_cats.csv.gz")
    arms = [[row for row in rows if row["version"] == version] for version in ("gate_30", "gate_40")]
    published.add("cookie cats: split", "srm", {"observed": [len(arm) for arm in arms], "weights": [0.5, 0.5]},
                  statistic="6.9024", p_value="0.008608")
    figures = {"retention_1": dict(estimate="-0.005905", statistic="-1.7841", p_value="0.0744097",
                                   wald_lower="-0.012392", wald_upper="0.000582"),
               "retention_7": dict(estimate="-0.008201", statistic="-3.1644", p_value="0.00155425",
                                   wald_lower="-0.013282", wald_upper="-0.003121")}
    for metric, wanted in figures.items():
        control, treatment = (share(sum(row[metric] == "TRUE" for row in arm), len(arm)) for arm in arms)
        published.add(f"cookie cats: {metric}", "proportion", {"control": control, "treatment": treatment}, **wanted)
    for metric, chance in {"retention_1": "0.9628", "retention_7": "0.99922"}.items():
        control, treatment = (moments([float(row[metric] == "TRUE") for row in arm]) for arm in arms)
        published.add(f"cookie cats: chance that gate_30 is better, {metric}", "bayesian",
                      {"control": treatment, "treatment": control, "prior": None, "difference": "absolute"},
                      chance_to_win=chance)
    rounds = [[float(row["sum_gamerounds"]) for row in arm] for arm in arms]
    for name, control, wanted in (
            ("all", rounds[0], dict(estimate="-1.157488", statistic="-0.88544", dof="58595.48", p_value="0.375924",
                                    ci_lower="-3.719705", ci_upper="1.404728")),
            ("without the largest", sorted(rounds[0])[:-1],
             dict(estimate="-0.043335", statistic="-0.06337", dof="90183.30", p_value="0.949469", ci_lower="-1.383568",
                  ci_upper="1.296897"))):
        published.add(f"cookie cats: rounds, {name}", "welch_t",
                      {"control": moments(control), "treatment": moments(rounds[1])}, **wanted)
    published.add("cookie cats: rounds, winsorised", "winsorized_welch",
                  {"control": rounds[0], "treatment": rounds[1], "upper_quantile": 0.999, "lower_quantile": None},
                  upper_cap="1073.6", control_mean="51.0309", treatment_mean="50.9353", p_value="0.8834")


def hillstrom(published):
    rows = table("ab/hillstrom_email/hillstrom_data.csv.gz")
    arms = {name: [row for row in rows if row["segment"] == segment] for name, segment in
            (("none", "No E-Mail"), ("mens", "Mens E-Mail"), ("womens", "Womens E-Mail"))}
    published.add("hillstrom: split", "srm", {"observed": [len(arm) for arm in arms.values()], "weights": [1, 1, 1]},
                  statistic="0.2025", p_value="0.9037")

    def successes(arm, metric):
        return share(sum(row[metric] == "1" for row in arms[arm]), len(arms[arm]))

    for arm, metric, wanted in (
            ("mens", "visit", dict(estimate="0.076590", wald_lower="0.069954", wald_upper="0.083226",
                                   statistic="22.486", p_value="5.7e-112")),
            ("mens", "conversion", dict(estimate="0.006805", wald_lower="0.005000", wald_upper="0.008610",
                                        statistic="7.3851", p_value="1.52e-13")),
            ("womens", "visit", dict(estimate="0.045233", wald_lower="0.038894", wald_upper="0.051572",
                                     statistic="13.949", p_value="3.2e-44")),
            ("womens", "conversion", dict(estimate="0.003111", wald_lower="0.001499", wald_upper="0.004723",
                                          statistic="3.7796", p_value="0.0001571"))):
        published.add(f"hillstrom: {arm}, {metric}", "proportion",
                      {"control": successes("none", metric), "treatment": successes(arm, metric)}, **wanted)

    def spend(arm):
        return [float(row["spend"]) for row in arms[arm]]

    for control, treatment, wanted in (
            ("none", "mens", dict(estimate="0.769827", ci_lower="0.485140", ci_upper="1.054515", statistic="5.30014",
                                  dof="36671.16", p_value="1.16381e-07")),
            ("none", "womens", dict(estimate="0.424412", ci_lower="0.168957", ci_upper="0.679868", statistic="3.25637",
                                    dof="40064.88", p_value="0.0011294")),
            ("womens", "mens", dict(estimate="0.345415", ci_lower="0.032561", ci_upper="0.658268", statistic="2.16402",
                                    dof="41584.59", p_value="0.0304687"))):
        published.add(f"hillstrom: {treatment} against {control}, spend", "welch_t",
                      {"control": moments(spend(control)), "treatment": moments(spend(treatment))}, **wanted)

    def with_history(arm):
        y, x = spend(arm), [float(row["history"]) for row in arms[arm]]
        return {"n": len(y), "y_sum": math.fsum(y), "y_sum_sq": math.fsum(v * v for v in y), "x_sum": math.fsum(x),
                "x_sum_sq": math.fsum(v * v for v in x), "xy_sum": math.fsum(a * b for a, b in zip(x, y))}

    for arm, wanted in (("mens", dict(estimate="0.767438", ci_lower="0.482813", ci_upper="1.052064",
                                      theta="0.00122290")),
                        ("womens", dict(estimate="0.422701", ci_lower="0.167294", ci_upper="0.678108",
                                        theta="0.00103465"))):
        published.add(f"hillstrom: {arm}, spend, adjusted by history", "cuped_mean",
                      {"control": with_history("none"), "treatment": with_history(arm)}, **wanted)


def udacity(published):
    control, experiment = (table(f"ab/udacity_free_trial/{arm}.csv") for arm in ("control", "experiment"))

    def total(rows, column, only_enrolled=False):
        return sum(int(float(row[column])) for row in rows if not only_enrolled or row["Enrollments"])

    for column, p in (("Pageviews", "0.28785"), ("Clicks", "0.823868")):
        published.add(f"udacity: {column}", "srm",
                      {"observed": [total(control, column), total(experiment, column)], "weights": [1, 1]}, p_value=p)
    for name, top, bottom, enrolled, wanted in (
            ("click-through", "Clicks", "Pageviews", False, dict(estimate="0.000057", p_value="0.931736")),
            ("gross conversion", "Enrollments", "Clicks", True,
             dict(estimate="-0.020555", statistic="-4.7018", p_value="2.58e-06")),
            ("net conversion", "Payments", "Clicks", True, dict(estimate="-0.004874", p_value="0.155841")),
            ("retention", "Payments", "Enrollments", True, dict(estimate="0.031095", p_value="0.0080271"))):
        arms = [share(total(rows, top, enrolled), total(rows, bottom, enrolled)) for rows in (control, experiment)]
        published.add(f"udacity: {name}", "proportion", {"control": arms[0], "treatment": arms[1]}, **wanted)


def open_bandit(published):
    def clicks(policy, campaign):
        return table(f"ab/open_bandit_small/{policy}/{campaign}/{campaign}.csv.gz")

    for campaign, wanted in (("men", dict(estimate="0.0023", wald_lower="0.000204", wald_upper="0.004396",
                                          statistic="2.1510", p_value="0.0314798")),
                             ("women", dict(estimate="0", p_value="1"))):
        arms = [clicks(policy, campaign) for policy in ("random", "bts")]
        control, treatment = (share(sum(row["click"] == "1" for row in arm), len(arm)) for arm in arms)
        published.add(f"open bandit: {campaign}, click", "proportion", {"control": control, "treatment": treatment},
                      **wanted)
    for campaign, items, minimum, wanted in (
            ("men", 34, 100, dict(ips="0.003009", ips_half_width="0.001517", snips="0.003189", snips_half_width="0.001623", ess="655.7",
                                  mean_weight="0.9433", max_weight="178.3")),
            ("women", 46, 0, dict(ips="0.007438", ips_half_width="0.008072", snips="0.002373", ess="2.1", mean_weight="3.1342",
                                  max_weight="21739.1")),
            ("women", 46, 100, dict(status="undefined", reason="insufficient_data"))):
        rows = clicks("bts", campaign)
        published.add(f"open bandit: {campaign}, uniform policy, at least {minimum} decisions", "off_policy",
                      {"reward": [float(row["click"]) for row in rows],
                       "logging_propensity": [float(row["propensity_score"]) for row in rows],
                       "target_propensity": [1 / items] * len(rows), "clip": None, "minimum_ess": minimum}, **wanted)


# tau^2 / variance of the control, as the authors have it for each metric.
ASOS_TAU = {"1": 1.30e-5, "2": 1.07e-5, "3": 6.48e-6, "4": 5.92e-6}
ASOS_TABLE = {"1": (19, 2, 71, 7), "2": (20, 18, 49, 7), "3": (16, 6, 63, 9), "4": (16, 4, 63, 11)}


def asos_streams():
    """{(experiment, variant, metric): snapshots with a variance, the first of all left out}, and the last snapshots."""
    streams = {}
    for row in table("ab/asos_experiments/asos_digital_experiments_dataset.csv.gz"):
        streams.setdefault((row["experiment_id"], row["variant_id"], row["metric_id"]), []).append(row)
    return streams


def asos_arms(row):
    return [summary(*(float(row[f"{column}_{arm}"]) for column in ("count", "mean", "variance"))) for arm in "ct"]


def has_variance(row):
    return row["variance_c"] != "" and row["variance_t"] != ""


def asos(program, shown):
    """Table 2: at the last snapshot, how often the t-test and the always-valid test call, at 5 %."""
    streams = asos_streams()
    cases = []
    for key, rows in streams.items():
        name = "/".join(key)
        for i, row in enumerate(rows):
            if not has_variance(row) or (i == 0 and len(rows) > 1):
                continue
            control, treatment = asos_arms(row)
            n = control["n"] + treatment["n"]
            # tau^2 over the variance of the difference is N rho^2.
            error = float(row["variance_c"]) / control["n"] + float(row["variance_t"]) / treatment["n"]
            if error <= 0:
                continue
            rho = math.sqrt(ASOS_TAU[key[2]] * float(row["variance_c"]) / error / n)
            given = {"control": control, "treatment": treatment}
            if i == len(rows) - 1:
                cases.append({"id": f"{name} t", "method": "welch_t", "input": given})
            if rho > 0:
                cases.append({"id": f"{name} {i}", "method": "sequential", "input": {**given, "rho": rho}})
    smallest, single = {}, {}
    for result in ask(program, cases).values():
        key, which = result["id"].split(" ")
        if result["status"] != "ok":
            continue
        if which == "t":
            single[key] = result["p_value"]
        else:
            smallest[key] = min(smallest.get(key, 1.0), result["p_value"])
    faults = []
    for metric, wanted in ASOS_TABLE.items():
        counts = {}
        for key, p in single.items():
            if key.endswith("/" + metric):
                called = (smallest.get(key, 1.0) <= 0.05, p <= 0.05)
                counts[called] = counts.get(called, 0) + 1
        got = tuple(counts.get(called, 0) for called in ((True, True), (True, False), (False, False), (False, True)))
        shown.append((f"asos: metric {metric}", "both, always-valid, neither, t-test", str(wanted), str(got)))
        if got != wanted:
            faults.append(f"asos: metric {metric}: {got}, want {wanted}")
    splits = {key[:2]: rows[-1] for key, rows in streams.items()}
    found = ask(program, [{"id": "/".join(key), "method": "srm",
                           "input": {"observed": [int(float(row["count_c"])), int(float(row["count_t"]))],
                                     "weights": [1, 1]}} for key, row in splits.items()])
    broken = sum(result["p_value"] < 0.001 for result in found.values())
    shown.append(("asos: splits", "p below .001", "12 of 99", f"{broken} of {len(found)}"))
    if (broken, len(found)) != (12, 99):
        faults.append(f"asos: {broken} of {len(found)} splits are broken, want 12 of 99")
    return faults


def ask(program, cases):
    done = subprocess.run([program, "stats", "--input", "-"], input=json.dumps({"schema_version": 1, "cases": cases}),
                          capture_output=True, text=True, check=True)
    return {result["id"]: result for result in json.loads(done.stdout)["results"]}


def figure(result, field):
    if field.endswith("_half_width"):  # of a normal 95 % interval
        return 1.959963984540054 * result[field.replace("_half_width", "_se")]
    return result.get(field)


def agrees(got, want):
    """Whether `got`, rounded to the digits of `want`, is `want`."""
    if not isinstance(got, (int, float)):
        return got == want
    half_a_digit = Decimal("0.5").scaleb(Decimal(want).as_tuple().exponent)
    return abs(Decimal(got) - Decimal(want)) <= half_a_digit * Decimal("1.0001")


def main():
    program = sys.argv[1]
    published = Published()
    for add in (cookie_cats, hillstrom, udacity, open_bandit):
        add(published)
    results = ask(program, published.cases)
    shown, faults = [], []
    for name, wanted in published.wanted.items():
        for field, want in wanted.items():
            got = figure(results[name], field)
            shown.append((name, field, want, got))
            if not agrees(got, want):
                faults.append(f"{name}: {field} is {got}, published {want}")
    faults += asos(program, shown)
    print("| experiment | figure | published | here |\n|---|---|---|---|")
    for row in shown:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(shown) - len(faults)} of {len(shown)} figures are as published")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
