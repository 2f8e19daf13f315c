#!/usr/bin/env python3
"""Structural similarity of images, value and gradient, side by side with kornia and pytorch-msssim.

    python3 bench/ssim.py              measures, prints a table, writes results/ssim.json
    python3 bench/ssim.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import argparse
import json
import math
import statistics
import sys
import time
from pathlib import Path

from peers import environment, idle
from peers.process import Peer

SIZES = ((8, 3, 512, 512),)
OURS, KORNIA, MSSSIM = "minimand", "kornia ssim_loss", "pytorch-msssim ssim"
WAYS = {KORNIA: "kornia", MSSSIM: "msssim"}
LEAST_TIMES = 3.0
"""How many times as fast as each peer minimand has to be."""
TOLERANCE = 1e-4


class Size:
    """What a process is asked for."""

    def __init__(self, *shape):
        self.shape = shape
        self.line = " ".join(map(str, shape))
        self.name = str(list(shape))
        self.bytes = 4 * math.prod(shape)


def arguments():
    cpus = len(environment.available_cpus())
    parser = argparse.ArgumentParser(
        description="Times structural similarity against PyTorch. Exits with 1 if a side "
        "computes another value, or with --check if a target is missed."
    )
    add = parser.add_argument
    add("--rounds", type=int, default=10, help="timed runs of each side (default 10)")
    add("--threads", type=int, default=cpus, help=f"threads of every side (default {cpus}, all)")
    add("--check", action="store_true", help="assert the targets")
    add("--json", type=Path, default=environment.BENCH / "results" / "ssim.json")
    add("--venv", type=Path, default=environment.BENCH / ".venv", help="made if it is missing")
    add("--pause", type=float, default=10.0, help="ms of rest before each run (default 10)")
    given = parser.parse_args()
    if given.rounds < 1 or not 1 <= given.threads <= cpus:
        parser.error(f"--rounds must be at least 1, and --threads in 1..{cpus}")
    return given


def command(name, binary):
    return [binary] if name == OURS else [sys.executable, __file__, "--worker", WAYS[name]]


def start_sides(binary, threads):
    settings = environment.child_environment(threads)
    cpus = environment.available_cpus()[:threads] if environment.GLIBC else None
    return [Peer(name, command(name, binary), settings, cpus) for name in (OURS, *WAYS)]


def status(side, field):
    """Bytes that the system says of a process, or None where it does not."""
    for line in environment.read(f"/proc/{side.process.pid}/status").splitlines():
        if line.startswith(field + ":"):
            return 1024 * int(line.split()[1])
    return None


def extra_memory(name, binary, size, threads):
    """Peak resident memory of one evaluation beside inputs and gradient; Linux only.

    In a process of its own whose allocator gives every large array back at once: what it kept of the run
    before would be missing here.
    """
    settings = environment.child_environment(threads) | {"MALLOC_MMAP_THRESHOLD_": "65536"}
    side = Peer(name, command(name, binary), settings, None)
    try:
        side.ask("time", size)
        before = status(side, "VmRSS")
        try:
            Path(f"/proc/{side.process.pid}/clear_refs").write_text("5")
        except OSError:
            return None
        side.ask("time", size)
        # Every side holds the gradient of the run before: minimand writes into it, PyTorch drops it first.
        return status(side, "VmHWM") - before
    finally:
        side.close()


def disagreement(answers):
    """Sides whose value or gradient differs from ours."""
    ours = answers[OURS]
    for name, theirs in answers.items():
        for what, a, b in zip(("value", "gradient"), ours, theirs):
            if abs(a - b) > TOLERANCE * abs(a):
                yield f"{name}: {what} {b}, minimand {a}"


def measure(sides, binary, size, given):
    answers = {side.name: [float(x) for x in side.ask("check", size)] for side in sides}
    memory = {name: extra_memory(name, binary, size, given.threads) for name in (OURS, *WAYS)}
    times = {side.name: [] for side in sides}
    work = {side.name: [] for side in sides}
    watch = idle.Watch(sides)
    for number in range(given.rounds):
        turn = number % len(sides)
        for side in sides[turn:] + sides[:turn]:
            time.sleep(given.pause / 1e3)
            before = side.cpu_seconds()
            times[side.name].append(float(side.ask("time", size)[0]))
            work[side.name].append(side.cpu_seconds() - before)
    return {
        "name": size.name,
        "shape": size.shape,
        "image_bytes": size.bytes,
        "sides": {
            name: {
                "least_ms": 1e3 * min(samples),
                "median_ms": 1e3 * statistics.median(samples),
                "times_ours_least": min(samples) / min(times[OURS]),
                "times_ours_median": statistics.median(samples) / statistics.median(times[OURS]),
                "processor_ms": 1e3 * min(work[name]),
                "extra_memory_bytes": memory.get(name),
                "samples_ms": [round(1e3 * s, 3) for s in samples],
            }
            for name, samples in times.items()
        },
        "busy_cores_of_others": watch.others(),
        "disagreements": list(disagreement(answers)),
    }


COLUMNS = "least ms", "median", "x least", "x median", "cores ms", "extra MB"


def table(result):
    lines = [
        f"{result['name']}   images {result['image_bytes'] / 1e6:.0f} MB",
        " " * 42 + "".join(f"{c:>10}" for c in COLUMNS),
    ]
    for name, side in result["sides"].items():
        memory = side["extra_memory_bytes"]
        lines.append(
            f"  {name:<40}{side['least_ms']:>10.1f}{side['median_ms']:>10.1f}"
            f"{side['times_ours_least']:>10.2f}{side['times_ours_median']:>10.2f}"
            f"{side['processor_ms']:>10.0f}"
            + (f"{memory / 1e6:>10.1f}" if memory is not None else "")
        )
    lines += [f"  {text}" for text in result["disagreements"]]
    others = result["busy_cores_of_others"]
    if others is not None and others > idle.ENOUGH:
        lines.append(f"  BUSY: other programs used {others:.2f} cores; the times are doubtful")
    return "\n".join(lines)


def targets(result):
    """Whether each target is met, and what it says; by the least times, which others disturb least."""
    for way in WAYS:
        times = result["sides"][way]["times_ours_least"]
        yield times >= LEAST_TIMES, f"{way} takes {times:.2f} times as long (at least {LEAST_TIMES})"


def run(given):
    binary = environment.build("-p", "minimand-bench", program="ssim")
    versions = environment.versions("kornia", "pytorch-msssim")
    facts = {
        "date": environment.now(),
        "rounds": given.rounds,
        "threads": given.threads,
        "machine": environment.machine(),
        "versions": versions,
        "sizes": [],
    }
    print(f"{facts['machine']['cpu']}, {given.threads} threads, {given.rounds} rounds")
    print(f"minimand {versions['minimand']}, torch {versions['torch']}", end="\n\n", flush=True)
    sides = start_sides(binary, given.threads)
    said = []
    try:
        for numbers in SIZES:
            result = measure(sides, binary, Size(*numbers), given)
            facts["sizes"].append(result)
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
    sys.exit(environment.command("pytorch_ssim", arguments, run))
