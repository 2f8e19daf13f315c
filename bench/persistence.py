#!/usr/bin/env python3
"""Cubical persistence of noise, side by side with GUDHI.

    python3 bench/persistence.py              measures, prints a table, writes results/persistence.json
    python3 bench/persistence.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from peers import environment, idle
from peers.process import Peer

SHAPES = (1024, 1024), (128, 128, 128)
CONSTRUCTIONS = "vertices", "top_dimensional_cells"
OURS = "minimand"
WAYS = {"GUDHI CubicalComplex": "complex", "GUDHI sklearn CubicalPersistence": "estimator"}
LEAST_TIMES = 1.5
"""How many times as long GUDHI's faster way must take."""
TOLERANCE = 1e-9


class Field:
    """What a process is asked for."""

    def __init__(self, shape, construction):
        self.shape, self.construction = shape, construction
        self.line = " ".join([construction, *map(str, shape)])
        self.name = f"{list(shape)} {construction}"


def arguments():
    cpus = len(environment.available_cpus())
    parser = argparse.ArgumentParser(
        description="Times cubical persistence against GUDHI. Exits with 1 if a side finds other bars, "
        "or with --check if a target is missed."
    )
    add = parser.add_argument
    add("--rounds", type=int, default=5, help="timed runs of each side (default 5)")
    add("--threads", type=int, default=cpus, help=f"threads of every side (default {cpus}, all)")
    add("--check", action="store_true", help="assert the targets")
    add("--json", type=Path, default=environment.BENCH / "results" / "persistence.json")
    add("--venv", type=Path, default=environment.BENCH / ".venv", help="made if it is missing")
    add("--pause", type=float, default=10.0, help="ms of rest before each run (default 10)")
    given = parser.parse_args()
    if given.rounds < 1 or not 1 <= given.threads <= cpus:
        parser.error(f"--rounds must be at least 1, and --threads in 1..{cpus}")
    return given


def start_sides(binary, threads):
    settings = environment.child_environment(threads)
    cpus = environment.available_cpus()[:threads] if environment.GLIBC else None
    commands = {OURS: [binary]}
    commands |= {name: [sys.executable, __file__, "--worker", way] for name, way in WAYS.items()}
    return [Peer(name, command, settings, cpus) for name, command in commands.items()]


def disagreement(answers):
    """Sides with another number of bars or another sum of lengths."""
    ours = answers[OURS]
    for name, theirs in answers.items():
        if len(theirs) != len(ours) or any(abs(a - b) > TOLERANCE * abs(a) for a, b in zip(ours, theirs)):
            yield f"{name}: bars and lengths {theirs}, minimand {ours}"


def measure(sides, field, given):
    answers = {side.name: [float(x) for x in side.ask("check", field)] for side in sides}
    times = {side.name: [] for side in sides}
    watch = idle.Watch(sides)
    for number in range(given.rounds):
        turn = number % len(sides)
        for side in sides[turn:] + sides[:turn]:
            time.sleep(given.pause / 1e3)
            times[side.name].append(float(side.ask("time", field)[0]))
    return {
        "name": field.name,
        "sides": {
            name: {
                "least_ms": 1e3 * min(samples),
                "median_ms": 1e3 * statistics.median(samples),
                "times_ours_least": min(samples) / min(times[OURS]),
                "times_ours_median": statistics.median(samples) / statistics.median(times[OURS]),
                "samples_ms": [round(1e3 * s, 3) for s in samples],
            }
            for name, samples in times.items()
        },
        "busy_cores_of_others": watch.others(),
        "disagreements": list(disagreement(answers)),
    }


COLUMNS = "least ms", "median", "x least", "x median"


def table(result):
    lines = [result["name"], " " * 42 + "".join(f"{c:>10}" for c in COLUMNS)]
    for name, side in result["sides"].items():
        lines.append(
            f"  {name:<40}{side['least_ms']:>10.1f}{side['median_ms']:>10.1f}"
            f"{side['times_ours_least']:>10.2f}{side['times_ours_median']:>10.2f}"
        )
    lines += [f"  {text}" for text in result["disagreements"]]
    others = result["busy_cores_of_others"]
    if others is not None and others > idle.ENOUGH:
        lines.append(f"  BUSY: other programs used {others:.2f} cores; the times are doubtful")
    return "\n".join(lines)


def targets(result):
    """Whether each target is met, and what it says; by the least times, which others disturb least."""
    for name in WAYS:
        times = result["sides"][name]["times_ours_least"]
        yield times >= LEAST_TIMES, f"{name} takes {times:.2f} times as long (at least {LEAST_TIMES})"


def run(given):
    binary = environment.build("-p", "minimand-bench", program="persistence")
    versions = environment.versions("gudhi")
    facts = {
        "date": environment.now(),
        "rounds": given.rounds,
        "threads": given.threads,
        "machine": environment.machine(),
        "versions": versions,
        "fields": [],
    }
    print(f"{facts['machine']['cpu']}, {given.threads} threads, {given.rounds} rounds")
    print(f"minimand {versions['minimand']}, gudhi {versions['gudhi']}", end="\n\n", flush=True)
    sides = start_sides(binary, given.threads)
    said = []
    try:
        for shape in SHAPES:
            for construction in CONSTRUCTIONS:
                result = measure(sides, Field(shape, construction), given)
                facts["fields"].append(result)
                print(table(result), end="\n\n", flush=True)
                said += [(False, text) for text in result["disagreements"]]
                if given.check:
                    said += [(met, f"{result['name']}: {text}") for met, text in targets(result)]
    finally:
        for side in sides:
            side.close()
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(facts, indent=1) + "\n")
    print(f"results: {given.json}")
    for met, text in said:
        print("met   " if met else "MISSED", text)
    return 0 if all(met for met, _ in said) else 1


if __name__ == "__main__":
    sys.exit(environment.command("gudhi_cubical", arguments, run))
