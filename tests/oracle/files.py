"""sessions_file and events_file: the files are read by Python's csv and json, the tests are SciPy's."""

import atexit
import csv
import json
import tempfile
from collections import defaultdict
from math import sqrt
from pathlib import Path
from types import SimpleNamespace as Method

import numpy as np
from scipy import stats

from arms import sums, t_quantile
from means import fieller, lift

FOLDER = tempfile.TemporaryDirectory()
atexit.register(FOLDER.cleanup)


def new_file(random, ending):
    return Path(FOLDER.name) / f"{random.integers(1 << 62)}.{ending}"


def session_cases(random, count):
    for _ in range(count):
        file = new_file(random, "csv")
        users = int(random.integers(10, 80))
        with file.open("w", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["user", "variant", "session", "time"])
            for session in range(users * 4):
                user = int(random.integers(users))
                variant = ["C", "T1", "T2"][user % 3]
                rows.writerow([user, variant, session, round(float(random.gamma(2, 2 + user % 3 / 2)), 3)])
        yield {"path": str(file), "control": "C", "alpha": float(random.choice([0.05, 0.1]))}


def row_of(treatment, metric, control, treated, alpha):
    """The notebook's table, and both intervals of the lift."""
    control, treated = np.array(control), np.array(treated)
    mean_c, mean_t = control.mean(), treated.mean()
    test = stats.ttest_ind(treated, control, equal_var=False)
    vc, vt = control.var(ddof=1) / len(control), treated.var(ddof=1) / len(treated)
    dof = (vc + vt) ** 2 / (vc**2 / (len(control) - 1) + vt**2 / (len(treated) - 1))
    half = t_quantile(alpha / 2, dof) * sqrt(vc + vt)
    given = {"control": sums(control.tolist()), "treatment": sums(treated.tolist()), "alpha": alpha,
             "alternative": "two_sided"}
    delta, exact = lift(given), fieller(given)
    return {"treatment": treatment, "metric": metric, "n_control": len(control), "n_treatment": len(treated),
            "control_mean": mean_c, "treatment_mean": mean_t, "effect_pct": 100 * (mean_t - mean_c) / mean_c,
            "lower_pct": 100 * (mean_t - mean_c - half) / mean_c, "upper_pct": 100 * (mean_t - mean_c + half) / mean_c,
            "p_value": test.pvalue, "significant": bool(test.pvalue < alpha),
            "delta_lower_pct": 100 * delta["ci_lower"], "delta_upper_pct": 100 * delta["ci_upper"],
            "fieller_lower_pct": 100 * exact["ci_lower"], "fieller_upper_pct": 100 * exact["ci_upper"]}


def rows_of(variants, metrics, given):
    """`variants`: {variant: [totals of each user]}."""
    values = lambda variant, metric: [v for user in variants[variant] if (v := metrics[metric](user)) is not None]
    return [row_of(variant, metric, values(given["control"], metric), values(variant, metric), given["alpha"])
            for variant in sorted(variants) if variant != given["control"] for metric in metrics]


def per_session(total):
    return lambda user: user[total] / user["sessions"] if user["sessions"] else None


def expected_of_sessions(given):
    totals = defaultdict(lambda: {"time": [], "sessions": 0})
    with open(given["path"], newline="") as file:
        for row in csv.DictReader(file):
            user = totals[row["variant"], row["user"]]
            user["time"].append(float(row["time"]))
            user["sessions"] += 1
    variants = defaultdict(list)
    for (variant, _), user in totals.items():
        variants[variant].append({"time": sum(user["time"]), "sessions": user["sessions"]})
    metrics = {"time": lambda user: user["time"], "sessions": lambda user: user["sessions"],
               "mean_time_per_session": per_session("time")}
    return {"rows": rows_of(variants, metrics, given)}


def event_cases(random, count):
    for _ in range(count):
        file = new_file(random, "json")
        users = int(random.integers(10, 40))
        events = []
        for user in range(users):
            at = int(random.integers(1_600_000_000_000, 1_600_000_900_000))
            for _ in range(int(random.integers(4, 30))):
                at += int(random.integers(1, 200_000))
                events.append({"message": "last" if random.random() < 0.3 else "next", "timestamp": at, "user": user,
                               "track": int(random.integers(1000)), "time": round(float(random.random()), 2),
                               "latency": round(float(random.gamma(2, 0.001)), 6),
                               "experiments": {"E": ["C", "T1"][user % 2]}})
        random.shuffle(events)
        file.write_text("".join(json.dumps(event) + "\n" for event in events))
        yield {"path": str(file), "experiment": "E", "control": "C", "alpha": 0.05}


def expected_of_events(given):
    events = [json.loads(line) for line in open(given["path"])]
    by_user = defaultdict(list)
    for event in events:
        by_user[event["experiments"]["E"], event["user"]].append(event)
    variants, closed, dropped = defaultdict(list), 0, 0
    for (variant, _), own in by_user.items():
        own.sort(key=lambda event: event["timestamp"])
        user, open_session = {"time": 0.0, "sessions": 0, "tracks": 0, "latency": 0.0}, []
        for event in own:
            open_session.append(event)
            if event["message"] == "last":
                user["sessions"] += 1
                user["tracks"] += len(open_session)
                user["time"] += sum(one["time"] for one in open_session)
                user["latency"] += sum(1000 * one["latency"] for one in open_session)
                open_session = []
        closed += user["sessions"]
        dropped += bool(open_session)
        variants[variant].append(user)
    metrics = {"time": lambda user: user["time"], "sessions": lambda user: user["sessions"],
               "mean_request_latency": lambda user: user["latency"] / user["tracks"] if user["tracks"] else None,
               "mean_tracks_per_session": per_session("tracks"), "mean_time_per_session": per_session("time")}
    return {"rows": rows_of(variants, metrics, given), "events": len(events), "closed_sessions": closed,
            "open_sessions_dropped": dropped}


METHODS = {
    "sessions_file": Method(cases=session_cases, expected=expected_of_sessions),
    "events_file": Method(cases=event_cases, expected=expected_of_events),
}
