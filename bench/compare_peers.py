#!/usr/bin/env python3
"""minimand side by side with PyTorch (eager and compiled) and JAX: value and gradient in f32.

    python3 bench/compare_peers.py              measures everything, writes results/latest.json
    python3 bench/compare_peers.py --check      and fails if a target of the project is missed
    python3 bench/compare_peers.py --cases focal,huber --rounds 3

README.md beside this file says what is measured and how.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from peers import environment, report
from peers.cases import COMPILED, EAGER, JITTED, KEPT, OURS, selected
from peers.measure import check_inputs, measure
from peers.process import Peer

ROUNDS = 20


def arguments():
    cpus = len(environment.available_cpus())
    parser = argparse.ArgumentParser(
        description="Times value and gradient against PyTorch and JAX. Exits with 1 if a peer "
        "computes another value, or with --check if a target is missed."
    )
    add = parser.add_argument
    add("--rounds", type=int, default=ROUNDS, help=f"timed runs of each peer (default {ROUNDS})")
    add("--threads", type=int, default=cpus, help=f"threads of every side (default {cpus}, all)")
    add("--cases", default="", help="only cases whose name contains one of these, with commas")
    add("--json", type=Path, help="default bench/results/latest.json; partial.json with --cases")
    add("--check", action="store_true", help="assert the project's targets")
    add("--venv", type=Path, default=environment.BENCH / ".venv", help="made if it is missing")
    add("--pause", type=float, default=10.0, help="ms of rest before each run (default 10)")
    given = parser.parse_args()
    if given.rounds < 1 or not 1 <= given.threads <= cpus:
        parser.error(f"--rounds must be at least 1, and --threads in 1..{cpus}")
    if not selected(given.cases):
        parser.error(f"no case's name contains {given.cases}")
    name = "partial.json" if given.cases else "latest.json"
    given.json = given.json or environment.BENCH / "results" / name
    return given


def start_peers(binary, threads):
    """Our process and those of the peers; each peer once more with an allocator that keeps memory."""
    settings = environment.child_environment(threads)
    cpus = environment.available_cpus()[:threads] if hasattr(os, "sched_setaffinity") else None
    kinds = [("", settings)]
    if environment.GLIBC:
        kinds.append((KEPT, settings | environment.KEEP_MEMORY))
    peers = [
        Peer(name + suffix, [sys.executable, __file__, "--worker", word], kind, cpus)
        for name, word in ((EAGER, "eager"), (COMPILED, "compiled"), (JITTED, "jax"))
        for suffix, kind in kinds
    ]
    return Peer(OURS, [binary], settings, cpus), peers


def run(given):
    """Measures every case and prints it; returns what goes into the file."""
    binary = environment.build()
    facts = {
        "date": environment.now(),
        "rounds": given.rounds,
        "threads": given.threads,
        "machine": environment.machine(),
        "versions": environment.versions(),
        "cases": [],
    }
    print(f"{facts['machine']['cpu']}, {given.threads} threads, {given.rounds} rounds")
    print(", ".join(f"{name} {version}" for name, version in facts["versions"].items()))
    print(report.LEGEND, end="\n\n", flush=True)
    ours, peers = start_peers(binary, given.threads)
    try:
        arrays = None
        for case in selected(given.cases):
            if arrays != case.arrays:
                check_inputs(ours, peers, case)
                arrays = case.arrays
            pause = given.pause / 1e3
            result = measure(ours, peers, case, given.rounds, given.threads, pause)
            facts["cases"].append(result)
            print(report.table(result), end="\n\n", flush=True)
    finally:
        for peer in [ours, *peers]:
            peer.close()
    return facts


def judge(given):
    facts = run(given)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(facts, indent=1) + "\n")
    print(f"results: {given.json}")
    failures = [
        f"{result['name']}: {name} {note['text']}"
        for result in facts["cases"]
        for name, note in result["notes"].items()
        if note["failure"]
    ]
    for failure in failures:
        print(failure, file=sys.stderr)
    missed = False
    if given.check:
        print(report.targets(facts["cases"]))
        missed = not all(t["met"] for r in facts["cases"] for t in r["targets"])
    return 1 if failures or missed else 0


if __name__ == "__main__":
    sys.exit(environment.command("worker", arguments, judge))
