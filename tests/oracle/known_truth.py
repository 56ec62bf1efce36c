"""Experiments whose truth is known, from the simulator through store and analyze.

    python3 tests/oracle/known_truth.py PROGRAM [--replications N] [--jobs N]

Plays an A/A test (random tracks in both variants) and an A/B test (the 40 most popular tracks against random ones) again
and again with new seeds and salts: listeners are met before the experiment, then on seven days of it, and somebody
analyses every evening. The true effect is that of two long runs of one recommender each. Prints how often the tests
find something, how often intervals cover the truth, with the Monte Carlo error of each rate, and fails when a rate is
more than four of them from what is promised.
"""

import argparse
import concurrent.futures
import json
import math
import pathlib
import subprocess
import sys
import tempfile

DAYS = 7
LISTENERS = 2000  # of the world, so that most come back
SESSIONS_A_DAY = 600
SESSIONS_BEFORE = 6000
UNITS = 1755  # planned: listeners whom 4 200 sessions reach
INVALID = 3  # exit code of analyze: one split in a thousand looks wrong by chance
METRIC = "mean_time_per_session"
BAND = 4

CONFIGURATION = """version: 1
recommenders:
  random: {{type: random}}
  popular: {{type: top_pop, top: {top}, fallback: random}}
parameters: {{recommender: random}}
experiments:
  - key: e
    status: {status}
    salt: {salt}
    variants:
      - {{key: control, weight: 0.5, control: true, parameters: {{recommender: {control}}}}}
      - {{key: treatment, weight: 0.5, parameters: {{recommender: {treatment}}}}}
    metrics: {{primary: mean_time_per_session}}
    plan: {{mode: group_sequential, sample_size: {units}, looks: {looks}}}
"""


class Runner:
    def __init__(self, program, directory):
        """Makes a world in `directory`, with its first listeners only."""
        self.program = pathlib.Path(program).resolve()
        self.world = pathlib.Path(directory) / "world"
        self.run(directory, "world", "generate", "--preset", "course-2026", "--out", str(self.world))
        users, about = self.world / "users.json", self.world / "world.json"
        listeners = users.read_text().splitlines(keepends=True)[:LISTENERS]
        users.write_text("".join(listeners))
        about.write_text(json.dumps({**json.loads(about.read_text()), "listeners": len(listeners)}))

    def run(self, directory, *arguments):
        command = [str(self.program), *arguments]
        outcome = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300)
        if outcome.returncode not in (0, INVALID):
            raise RuntimeError(f"{' '.join(command)}: {outcome.returncode}\n{outcome.stdout}{outcome.stderr}")
        return outcome.stdout

    def configure(self, directory, **values):
        values = {"top": 40, "units": UNITS, "looks": DAYS, "control": "random", **values}
        (directory / "experiments.yaml").write_text(CONFIGURATION.format(**values))

    def simulate(self, directory, sessions, days, seed):
        self.run(directory, "simulate", "--world", str(self.world), "--sessions", str(sessions), "--days", str(days),
                 "--seed", str(seed), "--threads", "1")

    def report(self, directory):
        return json.loads(self.run(directory, "analyze", "e", "--format", "json", "--force"))

    def primary(self, report):
        return next(metric for metric in report["metrics"] if metric["metric"] == METRIC)

    def true_mean(self, recommender, sessions):
        """Mean of the metric, and its standard error, when everybody hears one recommender."""
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            sums = []
            for seed in range(sessions // (SESSIONS_A_DAY * DAYS)):
                self.configure(directory, status="running", salt="truth", treatment=recommender, control=recommender)
                self.simulate(directory, SESSIONS_A_DAY * DAYS, DAYS, 1_000_000 + seed)
                variants = self.primary(self.report(directory))["variants"]
                units = sum(variant["n"] for variant in variants)
                sums.append(sum(variant["n"] * variant["mean"] for variant in variants) / units)
                for file in directory.glob("crossfade.db*"):
                    file.unlink()
        mean = sum(sums) / len(sums)
        variance = sum((value - mean) ** 2 for value in sums) / (len(sums) - 1)
        return mean, math.sqrt(variance / len(sums))

    def replication(self, treatment, seed):
        """One experiment: what its seven evenings showed."""
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            self.configure(directory, status="draft", salt=f"salt-{seed}", treatment=treatment)
            self.simulate(directory, SESSIONS_BEFORE, 7, 2 * seed)
            self.configure(directory, status="running", salt=f"salt-{seed}", treatment=treatment)
            evenings = []
            for day in range(DAYS):
                self.simulate(directory, SESSIONS_A_DAY, 1, 100_000_000 + DAYS * seed + day)
                report = self.report(directory)
                evenings.append((report, self.primary(report)["comparisons"][0]))
            return outcome_of(evenings)


def within(interval, value):
    lower, upper = interval
    return lower <= value <= upper


def outcome_of(evenings):
    report, last = evenings[-1]
    adjusted = last["cuped"]
    return {
        "p": last["p_value"],
        "interval": last["lift_interval"],
        "effect_interval": last["interval"],
        "standard_error": last["standard_error"],
        "n": sum(report["units"].values()),
        "adjusted_p": adjusted["p_value"],
        "adjusted_interval": adjusted["interval"],
        "variance_reduction": adjusted["variance_reduction"],
        "with_history": adjusted["share_with_history"],
        "always_valid": any(one["always_valid"]["p_value"] < 0.05 for _, one in evenings),
        "group_sequential": any(one["group_sequential"]["crossed"] for _, one in evenings),
        "plain_peeks": any(one["p_value"] < 0.05 for _, one in evenings),
        "valid_intervals": [one["always_valid"]["interval"] for _, one in evenings],
        "srm": report["srm"]["p_value"],
    }


class Table:
    def __init__(self):
        self.failures = 0

    def rate(self, name, hits, promised=None, at_most=None, at_least=None):
        n = len(hits)
        share = sum(hits) / n
        right = promised if promised is not None else at_most if at_most is not None else at_least or share
        error = math.sqrt(max(right * (1 - right), 1e-12) / n)
        kept = True
        text = ""
        if promised is not None:
            kept = abs(share - promised) <= BAND * error
            text = f"{100 * promised:.1f} %"
        elif at_most is not None:
            kept = share <= at_most + BAND * error
            text = f"at most {100 * at_most:.1f} %"
        elif at_least is not None:
            kept = share >= at_least
            text = f"above {100 * at_least:.1f} %"
        self.failures += not kept
        print(f"| {name} | {text} | {100 * share:.1f} +- {100 * error:.1f} % |{'' if kept else ' OUTSIDE'}", flush=True)


def power_of(effect, standard_error, alpha=0.05):
    """Of a z test: within 0.1 points of Welch's at these sizes."""
    normal = lambda z: 0.5 * math.erfc(-z / math.sqrt(2))
    z = 1.959963984540054
    return normal(effect / standard_error - z) + normal(-effect / standard_error - z)


def shared_rows(table, outcomes, effect, lift):
    table.rate("Fieller's interval of the lift covers", [within(o["interval"], lift) for o in outcomes], promised=0.95)
    table.rate("interval of the effect covers", [within(o["effect_interval"], effect) for o in outcomes], promised=0.95)
    table.rate("after CUPED covers", [within(o["adjusted_interval"], effect) for o in outcomes], promised=0.95)
    table.rate("always-valid interval misses, on any evening",
               [any(not within(i, effect) for i in o["valid_intervals"]) for o in outcomes], at_most=0.05)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--replications", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--truth-sessions", type=int, default=420_000)
    arguments = parser.parse_args()
    seeds = range(1, arguments.replications + 1)
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runner = Runner(arguments.program, directory)
        null = list(pool.map(lambda seed: runner.replication("random", seed), seeds))
        other = list(pool.map(lambda seed: runner.replication("popular", seed), seeds))
        truths = list(pool.map(lambda name: runner.true_mean(name, arguments.truth_sessions), ["random", "popular"]))
    (control, control_error), (treatment, treatment_error) = truths
    effect = treatment - control
    print(f"truth: {control:.4f} +- {control_error:.4f} against {treatment:.4f} +- {treatment_error:.4f}, "
          f"effect {effect:+.4f}, lift {100 * effect / control:+.2f} %")
    table = Table()
    mean = lambda outcomes, key: sum(o[key] for o in outcomes) / len(outcomes)
    print(f"A/A, {len(null)} times, {mean(null, 'n'):.0f} units each")
    table.rate("p below 5 %", [o["p"] < 0.05 for o in null], promised=0.05)
    table.rate("after CUPED", [o["adjusted_p"] < 0.05 for o in null], promised=0.05)
    table.rate("group sequential, every evening", [o["group_sequential"] for o in null], at_most=0.05)
    table.rate("always-valid p with CUPED, any evening", [o["always_valid"] for o in null], at_most=0.05)
    table.rate("sample ratio p below 5 %", [o["srm"] < 0.05 for o in null], promised=0.05)
    if len(null) >= 200:  # fewer cannot tell
        table.rate("must fail: p below 5 % on any evening", [o["plain_peeks"] for o in null], at_least=0.10)
    shared_rows(table, null, 0, 0)
    print(f"A/B, {len(other)} times, {mean(other, 'n'):.0f} units each")
    shared_rows(table, other, effect, effect / control)
    table.rate("power of p", [o["p"] < 0.05 for o in other], promised=power_of(effect, mean(other, "standard_error")))
    table.rate("power after CUPED", [o["adjusted_p"] < 0.05 for o in other])
    table.rate("power of group sequential", [o["group_sequential"] for o in other])
    table.rate("power of always-valid p with CUPED", [o["always_valid"] for o in other])
    for name, outcomes in (("A/A", null), ("A/B", other)):
        print(f"{name}: CUPED takes {100 * mean(outcomes, 'variance_reduction'):.1f} % of the variance away, "
              f"{100 * mean(outcomes, 'with_history'):.0f} % of the units have history")
    print(f"{table.failures} rates outside their band")
    return 1 if table.failures else 0


if __name__ == "__main__":
    sys.exit(main())
