"""How often experiments without an effect are called, from tables of events through the store and `analyze`.

    python3 tests/oracle/daily_verdicts.py PROGRAM [--replications N] [--jobs N] [--cells N...]

Four experiments on which a test by each variant's own variance goes wrong, looked at on 28 evenings: units come, their
values are written into the store as another program would, and `analyze` says its verdict, which records the look. Each
has a guardrail of the same values. After the last evening a plan with a single look judges, too. Prints how often each
verdict was ever said, and fails when that is more than alpha and two Monte Carlo errors, or a verdict is taken back.
A fifth, whose treatment is a tenth worse, must be called harmful.
"""

import argparse
import concurrent.futures
import json
import math
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile

EVENINGS = 28
DAY_MS = 86_400_000
START_MS = 1_767_225_600_000  # 2026-01-01
ALPHA = 0.05
INVALID = 3  # exit code of analyze
CALLS = ("SHIP", "STOP_HARM", "GUARDRAIL_FAIL")

CONFIGURATION = """version: 1
parameters: {{recommender: random}}
recommenders: {{random: {{type: random}}}}
metrics:
  value: {{type: {type}, event: {{custom: value}}, aggregate: {sum}, direction: increase}}
  guarded: {{type: {type}, event: {{custom: guarded}}, aggregate: {sum}, direction: increase}}
experiments:
  - key: e
    status: running
    variants:
      - {{key: control, weight: {control}, control: true}}
      - {{key: treatment, weight: {treatment}}}
    metrics: {{primary: value, guardrails: [{{metric: guarded, margin: 0.1}}]}}
{plan}
"""


def lognormal(draw):
    return math.exp(2 * draw.gauss(0, 1))


def bots(draw):
    return (100 if draw.random() < 0.01 else 1) * draw.expovariate(1)


def conversion(draw):
    return 1 if draw.random() < 0.01 else 0


def normal(draw):
    return 5 + draw.gauss(0, 1)


# Name, value of a unit, type of the metric, units a day in the control and in the treatment, the treatment's lift.
CELLS = [
    ("1 % conversion, 90/10", conversion, "proportion", 720, 80, 0),
    ("lognormal of sigma 2, 95/5", lognormal, "mean", 190, 10, 0),
    ("1 % bots, 10/90", bots, "mean", 20, 180, 0),
    ("normal, 50/50", normal, "mean", 50, 50, 0),
    ("normal, 50/50, a tenth worse", normal, "mean", 50, 50, -0.1),
]


class Experiment:
    def __init__(self, program, directory, cell, seed):
        self.program, self.directory, self.cell = program, directory, cell
        self.draw = random.Random(seed)
        self.units = 0
        (directory / "empty.json").touch()
        self.run("import", "botify-log", "empty.json", "--store", "store.db")
        self.configure("")

    def run(self, *arguments):
        outcome = subprocess.run([self.program, *arguments], cwd=self.directory, capture_output=True, text=True,
                                 timeout=60)
        if outcome.returncode not in (0, INVALID):
            raise RuntimeError(f"{' '.join(arguments)}: {outcome.returncode}\n{outcome.stdout}{outcome.stderr}")
        return outcome.stdout

    def configure(self, plan):
        _, _, kind, control, treatment, _ = self.cell
        share = control / (control + treatment)
        (self.directory / "experiments.yaml").write_text(
            CONFIGURATION.format(type=kind, sum="sum" if kind == "mean" else "any", control=share,
                                 treatment=1 - share, plan=plan))

    def add_day(self, day):
        _, value, kind, control, treatment, lift = self.cell
        at = START_MS + day * DAY_MS
        exposures, sessions, events = [], [], []
        for i in range(control + treatment):
            self.units += 1
            exposures.append(("e", 1, self.units, "control" if i < control else "treatment", at))
            sessions.append((self.units, self.units, 1, 0.5, "last", at, at + 1000))
            for name in ("value", "guarded"):
                number = value(self.draw) * (1 + lift * (name == "value" and i >= control))
                if kind == "mean" or number > 0:
                    events.append((self.units, name, number, at + 500))
        with sqlite3.connect(self.directory / "store.db") as store:
            store.executemany(
                "INSERT INTO exposures (experiment, version, unit, variant, first_seen_ms) VALUES (?, ?, ?, ?, ?)",
                exposures)
            store.executemany(
                "INSERT INTO sessions (session, unit, tracks, time, end_reason, started_ms, ended_ms) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)", sessions)
            store.executemany("INSERT INTO events (unit, name, value, at_ms) VALUES (?, ?, ?, ?)", events)
        store.close()

    def verdict(self):
        report = json.loads(self.run("analyze", "e", "--store", "store.db", "--format", "json", "--force"))
        return report["decision"]["verdict"], "called" in report["decision"]


def replication(program, cell, seed):
    """The verdicts of all evenings, how many of them only stood, and the one of the single look at the end."""
    with tempfile.TemporaryDirectory() as name:
        experiment = Experiment(program, pathlib.Path(name), cell, seed)
        verdicts, stood = [], 0
        for day in range(EVENINGS):
            experiment.add_day(day)
            verdict, called_before = experiment.verdict()
            verdicts.append(verdict)
            stood += called_before
        experiment.configure(f"    plan: {{mode: fixed, sample_size: {experiment.units}}}")
        return verdicts, stood, experiment.verdict()[0]


def goes_back(verdicts):
    """A call after which something else is said: of a winner harm may be."""
    return any(before in CALLS and now != before and (before, now) != ("SHIP", "STOP_HARM")
               for before, now in zip(verdicts, verdicts[1:]))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("--replications", type=int, default=200)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--cells", type=int, nargs="+", default=range(len(CELLS)), help="of the list, from 0")
    asked = options.parse_args()
    program = str(pathlib.Path(asked.program).resolve())
    most = ALPHA + 2 * math.sqrt(ALPHA * (1 - ALPHA) / asked.replications)
    failed = False
    for cell in [CELLS[number] for number in asked.cells]:
        with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
            results = list(pool.map(lambda seed, cell=cell: replication(program, cell, seed),
                                    range(asked.replications)))
        rates = {call: sum(call in verdicts or call == planned for verdicts, _, planned in results) / len(results)
                 for call in CALLS}
        back = sum(goes_back(verdicts) for verdicts, _, _ in results)
        stood = sum(stood > 0 for _, stood, _ in results)
        print(f"{cell[0]:28}" + "".join(f" {call} {100 * rate:.1f} %" for call, rate in rates.items())
              + f"; {back} taken back, {stood} stood on an earlier look", flush=True)
        if cell[-1] < 0:
            failed |= rates["STOP_HARM"] < 1
        else:
            failed |= any(rate > most for rate in rates.values())
        failed |= back > 0
    if failed:
        print(f"daily_verdicts: more than {100 * most:.1f} %, harm that was not found, or taken back", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
