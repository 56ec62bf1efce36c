"""Every method of `crossfade stats` against an independent reference, as a table.


Needs SciPy, statsmodels and mpmath (Debian: python3-scipy python3-statsmodels python3-mpmath). Ends with 1 when a
number is further from its reference than the format promises; the cases are printed.
"""

import argparse
import sys
import warnings

import numpy as np

import bayes
import conservative
import corrections
import counts
import decisions
import effects
import files
import looks
import means
import planning
import ratios
import raw
import resampled
from compare import run

FAMILIES = (means, conservative, counts, ratios, looks, corrections, bayes, planning, raw, resampled, effects, decisions,
            files)


def shown(value):
    return "" if value is None else f"{value:.1e}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program")
    arguments.add_argument("--cases", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=20260105)
    arguments.add_argument("--methods", default="")
    given = arguments.parse_args()
    warnings.filterwarnings("ignore")
    methods = {name: method for family in FAMILIES for name, method in family.METHODS.items()
               if not given.methods or name in given.methods.split(",")}
    comparisons = run(given.program, methods, np.random.default_rng(given.seed), given.cases)
    print("| method | cases | undefined | largest relative difference | of p-values |\n|---|---|---|---|---|")
    for name, comparison in comparisons.items():
        print(f"| `{name}` | {comparison.cases} | {comparison.undefined} | {shown(comparison.largest(False))} | "
              f"{shown(comparison.largest(True))} |")
    faults = [fault for comparison in comparisons.values() for fault in comparison.faults]
    for name, comparison in comparisons.items():
        for fault in comparison.faults[:3]:
            print(fault[:400], file=sys.stderr)
        if comparison.faults:
            print(f"{name}: {len(comparison.faults)} of {comparison.cases} cases are off", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
