#!/usr/bin/env python3
"""Times every loss over classes beside cross_entropy: value and gradient of [8192, 1000] logits in f32.

    python3 bench/row_budget.py            a table, slowest first; writes results/row_budget.json
    python3 bench/row_budget.py --check    and exit code 1 if a loss takes more than three times as long
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from peers import environment
from peers.process import Peer, PeerError

LIMIT = 3.0
BASELINE = "cross_entropy"
REFUSED = "refuses logits below 0"


class Case:
    """A loss on the logits that all share."""

    def __init__(self, name):
        self.name = name
        self.line = f"rows 8192 1000 labels {name}"


def arguments():
    cpus = len(environment.available_cpus())
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--rounds", type=int, default=9, help="timed runs of each loss (default 9)")
    add("--threads", type=int, default=cpus, help=f"threads (default {cpus}, all)")
    add("--check", action="store_true", help=f"fail beyond {LIMIT:g} times {BASELINE}")
    add("--json", type=Path, default=environment.BENCH / "results" / "row_budget.json")
    add("--pause", type=float, default=4.0, help="ms of rest before each run (default 4)")
    given = parser.parse_args()
    if given.rounds < 1 or not 1 <= given.threads <= cpus:
        parser.error(f"--rounds must be at least 1, and --threads in 1..{cpus}")
    return given


def main():
    given = arguments()
    binary = environment.build()
    listed = subprocess.run([binary, "rows"], check=True, capture_output=True, text=True).stdout
    cpus = environment.available_cpus()[: given.threads] if environment.GLIBC else None
    side = Peer("minimand", [binary], environment.child_environment(given.threads), cpus)
    samples = {}
    # Rounds go over all losses, so that a busy second is nobody's alone.
    for _ in range(given.rounds):
        for name in listed.split():
            try:
                seconds = side.seconds(Case(name), given.pause / 1000)
                samples.setdefault(name, []).append(1000 * seconds)
            except PeerError as error:
                if "prediction" not in str(error):
                    raise
                samples[name] = REFUSED
    timed = {name: statistics.median(ms) for name, ms in samples.items() if ms != REFUSED}
    base = timed[BASELINE]
    for name, ms in sorted(timed.items(), key=lambda pair: -pair[1]):
        print(f"{name:40} {ms:8.2f} ms {ms / base:6.2f}")
    for name in sorted(samples.keys() - timed.keys()):
        print(f"{name:40} {REFUSED}")
    result = {
        "date": environment.now(),
        "machine": environment.machine(),
        "threads": given.threads,
        "milliseconds": samples,
    }
    given.json.write_text(json.dumps(result, indent=1) + "\n")
    slow = [name for name, ms in timed.items() if ms > LIMIT * base]
    if given.check and slow:
        print(f"MISSED more than {LIMIT:g} times {BASELINE}: {', '.join(slow)}")
        sys.exit(1)


if __name__ == "__main__":
    main()
