#!/usr/bin/env python3
"""Overlap losses of boxes, value and gradient, side by side with torchvision.

    python3 bench/boxes.py              measures, prints a table, writes results/boxes.json
    python3 bench/boxes.py --check      and fails if a target is missed

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

LOSSES = "giou", "ciou"
OURS, EAGER = "minimand", "torchvision eager"
KEPT = " (kept)"
LEAST_TIMES = 3.0
"""How much longer torchvision must take."""
TOLERANCE = 1e-4


class Case:
    """What a process is asked for."""

    def __init__(self, loss, n):
        self.line = f"{loss} {n}"
        self.name = f"{loss} [{n}, 4]"


def arguments():
    cpus = len(environment.available_cpus())
    parser = argparse.ArgumentParser(
        description="Times losses of boxes against torchvision. Exits with 1 if a side computes "
        "another value, or with --check if a target is missed."
    )
    add = parser.add_argument
    add("--rounds", type=int, default=20, help="timed runs of each side (default 20)")
    add("--boxes", type=int, default=1_000_000, help="pairs of boxes (default a million)")
    add("--threads", type=int, default=cpus, help=f"threads of every side (default {cpus}, all)")
    add("--check", action="store_true", help="assert the targets")
    add("--json", type=Path, default=environment.BENCH / "results" / "boxes.json")
    add("--venv", type=Path, default=environment.BENCH / ".venv", help="made if it is missing")
    add("--pause", type=float, default=10.0, help="ms of rest before each run (default 10)")
    given = parser.parse_args()
    if given.rounds < 1 or given.boxes < 1 or not 1 <= given.threads <= cpus:
        parser.error(f"--rounds and --boxes must be at least 1, and --threads in 1..{cpus}")
    return given


def start_sides(binary, threads):
    """Each side once as it is, and once more with an allocator that keeps memory."""
    settings = environment.child_environment(threads)
    cpus = environment.available_cpus()[:threads] if environment.GLIBC else None
    kinds = [("", settings)]
    if environment.GLIBC:
        kinds.append((KEPT, settings | environment.KEEP_MEMORY))
    commands = {OURS: [binary], EAGER: [sys.executable, __file__, "--worker", "eager"]}
    return [
        Peer(name + suffix, command, kind, cpus)
        for name, command in commands.items()
        for suffix, kind in kinds
    ]


def disagreement(answers):
    """Sides whose value or gradient differs from ours."""
    ours = answers[OURS]
    for name, theirs in answers.items():
        for what, a, b in zip(("value", "gradient"), ours, theirs):
            if abs(a - b) > TOLERANCE * abs(a):
                yield f"{name}: {what} {b}, minimand {a}"


def measure(sides, case, given):
    answers = {side.name: [float(x) for x in side.ask("check", case)] for side in sides}
    times = {side.name: [] for side in sides}
    work = {side.name: [] for side in sides}
    watch = idle.Watch(sides)
    for number in range(given.rounds):
        turn = number % len(sides)
        for side in sides[turn:] + sides[:turn]:
            time.sleep(given.pause / 1e3)
            before = side.cpu_seconds()
            times[side.name].append(float(side.ask("time", case)[0]))
            work[side.name].append(side.cpu_seconds() - before)
    return {
        "name": case.name,
        "sides": {
            name: {
                "least_ms": 1e3 * min(samples),
                "median_ms": 1e3 * statistics.median(samples),
                "times_ours_least": min(samples) / min(times[OURS]),
                "times_ours_median": statistics.median(samples) / statistics.median(times[OURS]),
                "processor_ms": 1e3 * statistics.mean(work[name]),
                "samples_ms": [round(1e3 * s, 3) for s in samples],
            }
            for name, samples in times.items()
        },
        "busy_cores_of_others": watch.others(),
        "disagreements": list(disagreement(answers)),
    }


COLUMNS = "least ms", "median", "x least", "x median", "cores ms"


def table(result):
    lines = [result["name"], " " * 30 + "".join(f"{c:>10}" for c in COLUMNS)]
    for name, side in result["sides"].items():
        lines.append(
            f"  {name:<28}{side['least_ms']:>10.2f}{side['median_ms']:>10.2f}"
            f"{side['times_ours_least']:>10.2f}{side['times_ours_median']:>10.2f}"
            f"{side['processor_ms']:>10.1f}"
        )
    lines += [f"  {text}" for text in result["disagreements"]]
    others = result["busy_cores_of_others"]
    if others is not None and others > idle.ENOUGH:
        lines.append(f"  BUSY: other programs used {others:.2f} cores; the times are doubtful")
    return "\n".join(lines)


def target(result):
    """Whether the target is met, and what it says; by the least times, which others disturb least."""
    theirs, ours = [
        min(side["least_ms"] for name, side in result["sides"].items() if name.startswith(start))
        for start in (EAGER, OURS)
    ]
    text = f"{result['name']}: {EAGER} takes {theirs / ours:.2f} times as long (at least {LEAST_TIMES})"
    return theirs / ours >= LEAST_TIMES, text


def run(given):
    binary = environment.build("-p", "minimand-bench", program="boxes")
    versions = environment.versions("torchvision")
    facts = {
        "date": environment.now(),
        "rounds": given.rounds,
        "threads": given.threads,
        "machine": environment.machine(),
        "versions": versions,
        "cases": [],
    }
    print(f"{facts['machine']['cpu']}, {given.threads} threads, {given.rounds} rounds")
    print(f"minimand {versions['minimand']}, torchvision {versions['torchvision']}", end="\n\n", flush=True)
    sides = start_sides(binary, given.threads)
    said = []
    try:
        for loss in LOSSES:
            result = measure(sides, Case(loss, given.boxes), given)
            facts["cases"].append(result)
            print(table(result), end="\n\n", flush=True)
            said += [(False, text) for text in result["disagreements"]]
            if given.check:
                said.append(target(result))
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
    sys.exit(environment.command("torchvision_boxes", arguments, run))
