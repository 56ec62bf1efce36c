"""Runs `crossfade stats` on random cases and compares with an independent implementation of the same definitions.

A method's module offers cases(random) -> inputs and expected(input) -> {field: number, list, bool, text or None}; a
reason where the method is undefined: {"reason": ...}. The references compute with exact fractions and SciPy,
statsmodels or mpmath; none of them calls the program.
"""

import json
import math
import subprocess
import tempfile
from pathlib import Path

# Relative to the larger of the two; estimates and bounds may be 0 by chance, so these count in standard errors.
TOLERANCE = {"p_value": 1e-6}
DEFAULT_TOLERANCE = 1e-8


def as_number(value):
    if value == "inf":
        return math.inf
    if value == "-inf":
        return -math.inf
    return value


def difference(got, want, scale):
    """Relative difference of two values; infinite when they are of different kinds."""
    got = as_number(got)
    if isinstance(want, dict):
        # Percentages may be 0 by chance: they count in points.
        return max(difference(got.get(key), value, 1.0 if key.endswith("_pct") else scale) for key, value in want.items())
    if isinstance(want, (list, tuple)):
        if not isinstance(got, list) or len(got) != len(want):
            return math.inf
        return max((difference(g, w, scale) for g, w in zip(got, want)), default=0.0)
    if want is None or isinstance(want, (bool, str)):
        return 0.0 if got == want else math.inf
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        return math.inf
    want = float(want)
    if math.isinf(want) or math.isinf(got):
        return 0.0 if got == want else math.inf
    if got == want:
        return 0.0
    if max(abs(got), abs(want)) < 1e-300:
        return 0.0
    return abs(got - want) / max(abs(got), abs(want), scale)


def run(program, methods, random, cases_per_method):
    """{method: Comparison} of `methods` = {name: module}."""
    cases, wanted = [], {}
    for name, module in methods.items():
        for i, given in enumerate(module.cases(random, cases_per_method)):
            case = f"{name}/{i:04}"
            cases.append({"id": case, "method": name, "input": given})
            wanted[case] = (name, given, module.expected(given))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.json"
        file.write_text(json.dumps({"schema_version": 1, "cases": cases}))
        done = subprocess.run([program, "stats", "--input", file], capture_output=True, text=True, check=True)
    results = {result["id"]: result for result in json.loads(done.stdout)["results"]}
    comparisons = {name: Comparison(getattr(module, "TOLERANCE", {})) for name, module in methods.items()}
    for case, (name, given, want) in wanted.items():
        comparisons[name].add(case, given, results.get(case, {}), want)
    return comparisons


class Comparison:
    def __init__(self, tolerance):
        self.tolerance = {**TOLERANCE, **tolerance}
        self.cases = self.undefined = 0
        self.worst = {}  # field: (relative difference, case)
        self.faults = []

    def add(self, case, given, got, want):
        self.cases += 1
        if "reason" in want:
            self.undefined += 1
            if got.get("status") != "undefined" or got.get("reason") != want["reason"]:
                self.faults.append(f"{case}: want undefined, {want['reason']}; got {got}; input {given}")
            return
        if got.get("status") != "ok":
            self.faults.append(f"{case}: want numbers, got {got}; input {given}")
            return
        for field, value in want.items():
            if field == "_scale":
                continue
            scale = 0.0
            if field in ("statistic", "assignment_chi2"):
                scale = 1.0
            elif field in ("estimate", "ci_lower", "ci_upper"):
                scale = abs(want.get("_scale", want.get("standard_error", 0.0)))
            off = difference(got.get(field), value, scale)
            if off > self.worst.get(field, (0.0,))[0] or field not in self.worst:
                self.worst[field] = (off, case)
            if off > self.tolerance.get(field, DEFAULT_TOLERANCE):
                self.faults.append(f"{case}: {field} is {got.get(field)}, want {value} ({off:.1e}); input {given}")

    def largest(self, p_values):
        """The largest difference of the p-values, or of everything else; None where there is none."""
        found = [off for field, (off, _) in self.worst.items() if ("p_value" in field or field.endswith("_p")) == p_values]
        return max(found, default=None)
