"""Anybody's table, as it was downloaded, through `crossfade analyze`: what others have published of it, and what
statsmodels makes of it.

Reads the data sets beside the repository, or below CROSSFADE_DATA, as published.py does, which has their sources.
"""

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from published import agrees, data, table

HILLSTROM = "ab/hillstrom_email/hillstrom_data.csv.gz"


class Checks:
    def __init__(self, program):
        self.program, self.shown, self.faults = program, [], []

    def analyze(self, *arguments):
        """The JSON of `crossfade analyze`; what is INVALID (3) is shown by force."""
        done = subprocess.run([self.program, "analyze", *map(str, arguments), "--force", "--format", "json"],
                              capture_output=True, text=True)
        if done.returncode not in (0, 3):
            raise RuntimeError(f"analyze {' '.join(map(str, arguments))}: {done.stderr}")
        return json.loads(done.stdout)

    def add(self, name, want, got, right):
        self.shown.append((name, want, got))
        if not right:
            self.faults.append(f"{name} is {got}, want {want}")

    def printed(self, name, got, want):
        """As it was printed, the last digit rounded."""
        self.add(name, want, got, agrees(got, want))

    def near(self, name, got, want, relative=1e-8):
        self.add(name, want, got, abs(got - want) <= relative * abs(want))


def comparison_of(report, variant, metric=0):
    return next(one for one in report["metrics"][metric]["comparisons"] if one["variant"] == variant)


def hillstrom(checks):
    """No column of ids: a row is a customer. History, what was spent in the year before, is a covariate."""
    common = ["--csv", data(HILLSTROM), "--variant", "segment", "--control", "No E-Mail", "--covariate", "history"]
    figures = {"visit:proportion": {"Mens E-Mail": ("0.076590", "5.7e-112"), "Womens E-Mail": ("0.045233", "3.2e-44")},
               "conversion:proportion": {"Mens E-Mail": ("0.006805", "1.52e-13"),
                                         "Womens E-Mail": ("0.003111", "0.0001571")},
               "spend": {"Mens E-Mail": ("0.769827", "1.16381e-07"), "Womens E-Mail": ("0.424412", "0.0011294")}}
    for metric, variants in figures.items():
        report = checks.analyze(*common, "--metric", metric)
        checks.printed(f"hillstrom: split, {metric}", report["srm"]["p_value"], "0.9037")
        for variant, (effect, p) in variants.items():
            got = comparison_of(report, variant)
            checks.printed(f"hillstrom: {variant}, {metric}", got["effect"], effect)
            checks.printed(f"hillstrom: {variant}, {metric}, p", got["p_value"], p)
    for variant, wanted in (("Mens E-Mail", ("0.767438", "0.482813", "1.052064")),
                            ("Womens E-Mail", ("0.422701", "0.167294", "0.678108"))):
        cuped = comparison_of(report, variant)["cuped"]
        for field, got, want in zip(("effect", "lower", "upper"), [cuped["effect"], *cuped["interval"]], wanted):
            checks.printed(f"hillstrom: {variant}, spend after CUPED, {field}", got, want)


def regression(checks):
    """Several covariates: least squares with treatment interactions (Lin 2013), HC2, as statsmodels has it."""
    import numpy
    import statsmodels.api
    names = ["history", "recency", "newbie", "mens"]
    report = checks.analyze("--csv", data(HILLSTROM), "--variant", "segment", "--control", "No E-Mail", "--metric",
                            "spend", *(part for name in names for part in ("--covariate", name)))
    rows = table(HILLSTROM)
    for variant in ("Mens E-Mail", "Womens E-Mail"):
        pair = [row for row in rows if row["segment"] in ("No E-Mail", variant)]
        treated = numpy.array([float(row["segment"] == variant) for row in pair])
        covariates = numpy.array([[float(row[name]) for name in names] for row in pair])
        centred = covariates - covariates.mean(axis=0)
        design = numpy.column_stack([numpy.ones(len(pair)), treated, centred, centred * treated[:, None]])
        fit = statsmodels.api.OLS(numpy.array([float(row["spend"]) for row in pair]), design).fit(cov_type="HC2")
        cuped = comparison_of(report, variant)["cuped"]
        checks.add(f"hillstrom: {variant}, method", "regression", cuped["method"], cuped["method"] == "regression")
        checks.near(f"hillstrom: {variant}, spend after regression", cuped["effect"], float(fit.params[1]))
        checks.near(f"hillstrom: {variant}, its error (HC2)", cuped["standard_error"], float(fit.bse[1]))


def udacity(checks, directory):
    """Days of two groups: clicks as trials, and day by day."""
    file = directory / "udacity.csv"
    with open(file, "w", newline="") as out:
        writer = csv.writer(out)
        columns = ["Date", "Pageviews", "Clicks", "Enrollments", "Payments"]
        writer.writerow(["group", *columns])
        for group in ("control", "experiment"):
            for row in table(f"ab/udacity_free_trial/{group}.csv"):
                writer.writerow([group, *(row[column] for column in columns)])
    common = ["--csv", file, "--variant", "group", "--control", "control"]
    trials = comparison_of(checks.analyze(*common, "--metric", "gross=Enrollments/Clicks:proportion"), "experiment")
    checks.printed("udacity: gross conversion, clicks as trials", trials["effect"], "-0.020555")
    checks.printed("udacity: gross conversion, clicks as trials, p", trials["p_value"], "2.58e-06")
    net = comparison_of(checks.analyze(*common, "--metric", "net=Payments/Clicks:proportion"), "experiment")
    checks.printed("udacity: net conversion, p", net["p_value"], "0.155841")
    blocks = comparison_of(checks.analyze(*common, "--ratio", "gross=Enrollments/Clicks", "--block", "Date"),
                           "experiment")
    checks.printed("udacity: gross conversion by days, t", blocks["effect"] / blocks["standard_error"], "-3.75")
    checks.printed("udacity: gross conversion by days, degrees of freedom", blocks["dof"], "22")
    checks.printed("udacity: gross conversion by days, p", blocks["p_value"], "0.0011")
    checks.add("udacity: days", {"n": 23, "left_out": 0}, blocks["blocks"], blocks["blocks"] == {"n": 23, "left_out": 0})
    alone = comparison_of(checks.analyze(*common, "--ratio", "gross=Enrollments/Clicks"), "experiment")
    checks.printed("udacity: gross conversion over days, unpaired, p", alone["p_value"], "0.128")


def cookie_cats(checks):
    common = ["--csv", data("cookie_cats/cookie_cats.csv.gz"), "--unit", "userid", "--variant", "version", "--control",
              "gate_30", "--plan", "fixed"]
    report = checks.analyze(*common, "--metric", "retention_7:proportion", "--metric", "sum_gamerounds")
    retention = comparison_of(report, "gate_40")
    checks.printed("cookie cats: retention after 7 days", retention["effect"], "-0.008201")
    checks.printed("cookie cats: retention after 7 days, p", retention["p_value"], "0.00155425")
    checks.printed("cookie cats: rounds, p", comparison_of(report, "gate_40", 1)["p_value"], "0.375924")
    checks.printed("cookie cats: split, p", report["srm"]["p_value"], "0.008608")


def asos(checks):
    """As published: a treatment and its control in a row, thousands of snapshots."""
    reports = checks.analyze("--summary", data("ab/asos_experiments/asos_digital_experiments_dataset.csv.gz"))["experiments"]
    found = {(report["experiment"], one["variant"], metric["metric"]): one
             for report in reports for metric in report["metrics"] for one in metric["comparisons"]}
    checks.add("asos: experiments and streams", (78, 396), (len(reports), len(found)), (len(reports), len(found)) == (78, 396))
    last = {key: one["p_value"] for key, one in found.items() if one["p_value"] is not None}
    calls = sum(p <= 0.05 for p in last.values())
    checks.add("asos: streams with a test, and below .05", (381, 105), (len(last), calls), (len(last), calls) == (381, 105))
    for key, want in ((("036afc", "2", "1"), "0.455817"), (("036afc", "2", "2"), "0.168043"),
                      (("058875", "1", "1"), "0.144249"), (("fdaf62", "1", "1"), "5.833e-35"),
                      (("fdaf62", "1", "4"), "5.5415e-12"), (("fcebce", "1", "4"), "0.116071")):
        checks.printed(f"asos: {'/'.join(key)}, p of the last snapshot", last[key], want)
    for key, one in found.items():
        looks = [look["p_value"] for look in one.get("looks", []) if look["p_value"] is not None]
        # Of looks whose intervals contradict each other the last one stands.
        if looks and one["always_valid"]["p_value"] not in (min(looks), looks[-1]):
            checks.add(f"asos: {key}, always-valid p over all looks", min(looks), one["always_valid"]["p_value"], False)
    seen = sum(len(one.get("looks", [])) for one in found.values())
    checks.add("asos: looks at primary metrics", "more than 6000", seen, seen > 6000)


def million(checks, directory):
    """Rows, not units, cost time; neither costs more memory than is said here."""
    file = directory / "million.csv"
    with open(file, "w") as out:
        out.write("user,variant,spend,bought\n")
        out.writelines(f"u{i},{'ab'[i & 1]},{(i * 7919) % 100003 / 1000},{i * 31 % 7 == 0:d}\n" for i in range(1_000_000))
    before = time.monotonic()
    report = checks.analyze("--csv", file, "--unit", "user", "--variant", "variant", "--control", "a", "--metric",
                            "spend", "--metric", "bought:proportion")
    seconds = time.monotonic() - before
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    checks.add("a million rows", {"a": 500000, "b": 500000}, report["units"], sum(report["units"].values()) == 1_000_000)
    checks.add("a million rows, seconds", "below 60", round(seconds, 1), seconds < 60)
    checks.add("a million rows, MB", "below 300", round(megabytes), megabytes < 300)


def main():
    checks = Checks(sys.argv[1])
    hillstrom(checks)
    regression(checks)
    cookie_cats(checks)
    asos(checks)
    with tempfile.TemporaryDirectory() as directory:
        udacity(checks, Path(directory))
        million(checks, Path(directory))
    print("| figure | want | here |\n|---|---|---|")
    for row in checks.shown:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    for fault in checks.faults:
        print(fault, file=sys.stderr)
    print(f"{len(checks.shown) - len(checks.faults)} of {len(checks.shown)} figures are right")
    return 1 if checks.faults else 0


if __name__ == "__main__":
    sys.exit(main())
