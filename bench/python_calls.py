#!/usr/bin/env python3
"""What a call costs in Python over the kernel that it runs, and that it copies nothing.

    python3 bench/python_calls.py            measures, prints two tables, writes results/python_calls.json
    python3 bench/python_calls.py --check    and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from peers import environment, idle
from peers.cases import Case
from peers.process import Peer

CASES = [
    Case("rows", 32, 10, "labels", "focal"),
    Case("rows", 8, 4, "labels", "cross_entropy"),
    Case("points", 64, 1, "dense", "huber"),
    Case("rows", 8192, 1000, "labels", "cross_entropy"),
]
SMALL = 10_000
"""Numbers of a batch that is small."""
KERNEL = {"value": "kernel", "gradient": "kernel with gradient"}
WAYS = {
    "mm.loss(…)(x, t)": ("numpy_value", "value"),
    "mm.losses.…(x, t)": ("numpy_function", "value"),
    "torch.Loss(…)(x, t)": ("torch_forward", "value"),
    "value_and_grad(x, t, out=…)": ("numpy_gradient", "gradient"),
    "value_and_grad(x, t)": ("numpy_fresh", "gradient"),
    "torch.Loss … backward()": ("torch_backward", "gradient"),
}
"""Calls: the worker's word for each, and which kernel it is compared with."""
MOST_OVER = 5e-6
"""Seconds that a call of the NumPy door may take over the kernel, for a small batch."""
HELD_TO_IT = "mm.loss(…)(x, t)", "mm.losses.…(x, t)", "value_and_grad(x, t, out=…)", "value_and_grad(x, t)"
MEGABYTES = 64
KINDS = [
    f"{door}-{dtype}-{layout}"
    for layout in ("contiguous", "strided")
    for door in ("numpy", "torch")
    for dtype in ("f32", "f64")
]


class Line:
    """What a process is asked."""

    def __init__(self, text):
        self.name = self.line = text


def arguments():
    cpus = len(environment.available_cpus())
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--rounds", type=int, default=30, help="timed runs of each side (default 30)")
    add("--threads", type=int, default=cpus, help=f"threads of every side (default {cpus}, all)")
    add("--check", action="store_true", help="assert the targets")
    add("--json", type=Path, default=environment.BENCH / "results" / "python_calls.json")
    add("--venv", type=Path, default=environment.BENCH / ".venv", help="made if it is missing")
    given = parser.parse_args()
    if given.rounds < 1 or not 1 <= given.threads <= cpus:
        parser.error(f"--rounds must be at least 1, and --threads in 1..{cpus}")
    return given


def install():
    """The package as everyone gets it, unless this Python has one."""
    if find_spec("minimand") is None:
        print("building and installing the package: once", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "pip", "install", environment.ROOT], stdout=sys.stderr, check=True)


def worker(way, settings, cpus):
    return Peer(way, [sys.executable, __file__, "--worker", way], settings, cpus)


def times(case, binary, given):
    """Least and median seconds of a call, by way."""
    settings = environment.child_environment(given.threads)
    cpus = environment.available_cpus()[: given.threads] if environment.GLIBC else None
    kernel = Peer("kernel", [binary], settings, cpus)
    sides = {name: (kernel, word) for name, word in zip(KERNEL.values(), ("value", "repeat"))}
    sides |= {name: (worker(word, settings, cpus), "repeat") for name, (word, _) in WAYS.items()}
    samples = {name: [] for name in sides}
    peers = [side for side, _ in sides.values()][1:]
    watch = idle.Watch(peers)
    try:
        for number in range(given.rounds + 1):
            names = list(sides)
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                side, word = sides[name]
                seconds = float(side.ask(word, case)[0])
                if number:  # The first warms up.
                    samples[name].append(seconds)
        others = watch.others()
    finally:
        for side in peers:
            side.close()
    least = {name: min(of) for name, of in samples.items()}
    over = {name: least[name] - least[KERNEL[kind]] for name, (_, kind) in WAYS.items()}
    return {
        "name": case.name,
        "numbers": case.n * case.c,
        "busy_cores_of_others": others,
        "sides": {
            name: {
                "least_us": 1e6 * least[name],
                "median_us": 1e6 * statistics.median(of),
                "over_kernel_us": 1e6 * over[name] if name in over else None,
                "samples_us": [round(1e6 * s, 4) for s in of],
            }
            for name, of in samples.items()
        },
    }


def memory(given):
    """Bytes that a call takes beside inputs and gradient, by kind of array."""
    # Large arrays are given back at once: what was kept of the call before would be missing in the next.
    settings = environment.child_environment(given.threads) | {"MALLOC_MMAP_THRESHOLD_": "65536"}
    found = {}
    for kind in KINDS:
        side = worker("numpy_value", settings, None)
        try:
            reply = side.ask("memory", Line(f"{kind} {MEGABYTES}"))
        finally:
            side.close()
        if reply != ["none"]:
            extra, size = map(int, reply)
            found[kind] = {"extra_bytes": extra, "prediction_bytes": size}
    return found


def table(result):
    lines = [result["name"], f"  {'':<30}{'least us':>10}{'median':>10}{'over kernel':>13}"]
    for name, side in result["sides"].items():
        over = side["over_kernel_us"]
        lines.append(
            f"  {name:<30}{side['least_us']:>10.2f}{side['median_us']:>10.2f}" + (f"{over:>13.2f}" if over is not None else "")
        )
    others = result["busy_cores_of_others"]
    if others is not None and others > idle.ENOUGH:
        lines.append(f"  BUSY: other programs used {others:.2f} cores; the times are doubtful")
    return "\n".join(lines)


def targets(facts):
    """Pairs of whether a target is met and what it says."""
    for result in facts["cases"]:
        if result["numbers"] > SMALL:
            continue
        for name in HELD_TO_IT:
            over = result["sides"][name]["over_kernel_us"]
            yield over <= 1e6 * MOST_OVER, f"{result['name']}: {name} takes {over:.2f} us over the kernel, at most 5"
    for kind, found in facts["memory"].items():
        part = found["extra_bytes"] / found["prediction_bytes"]
        if kind.endswith("contiguous"):
            yield part <= 0.05, f"{kind}: {part:.3f} of the prediction as extra memory, at most 0.05"
        else:
            yield part >= 0.95, f"{kind}: {part:.3f} of the prediction as extra memory: its copy is seen"


def run(given):
    install()
    binary = environment.build()
    facts = {
        "date": environment.now(),
        "rounds": given.rounds,
        "threads": given.threads,
        "machine": environment.machine(),
        "versions": environment.versions(),
        "cases": [],
    }
    print(f"{facts['machine']['cpu']}, {given.threads} threads, {given.rounds} rounds", end="\n\n", flush=True)
    for case in CASES:
        time.sleep(0.1)
        facts["cases"].append(times(case, binary, given))
        print(table(facts["cases"][-1]), end="\n\n", flush=True)
    facts["memory"] = memory(given)
    print(f"{'memory of a call':<32}{'prediction MB':>15}{'extra MB':>10}")
    for kind, found in facts["memory"].items():
        print(f"  {kind:<30}{found['prediction_bytes'] / 1e6:>15.1f}{found['extra_bytes'] / 1e6:>10.2f}")
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(facts, indent=1) + "\n")
    print(f"\nresults: {given.json}")
    if not given.check:
        return 0
    said = list(targets(facts))
    for met, text in said:
        print("met   " if met else "MISSED", text)
    return 0 if all(met for met, _ in said) else 1


if __name__ == "__main__":
    sys.exit(environment.command("python_calls", arguments, run))
