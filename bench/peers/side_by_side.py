"""minimand beside the ways of a peer: the turns, the memory, the table and the targets of one program."""

import argparse
import json
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from peers import environment, idle
from peers.process import Peer

OURS = "minimand"
KEPT = " (kept)"
"""The same side with glibc set to use freed memory again."""
COLUMNS = "least ms", "median", "x least", "x median", "cores ms", "extra MB"
WIDTH = 42


@dataclass
class Case:
    """What a side is asked for."""

    name: str
    line: str
    facts: dict = field(default_factory=dict)
    """What the results say of it beside its name."""
    gradient_bytes: int | None = None
    """Size of the gradients, if memory beside inputs and gradients is measured."""


@dataclass
class Program:
    """One comparison: a Rust program and a Python peer, each asked for `check` and `time` of the same cases."""

    script: str
    """Its `__file__`."""
    about: str
    binary: str
    """The Rust program of `minimand-bench`."""
    peer: str
    """The module of `peers` that answers for the ways."""
    ways: dict
    """The name of each way of the peer, and its word for it."""
    cases: list
    compared: tuple
    """What the numbers are that `check` gives, for a message."""
    targets: Callable
    """Of a case's result: pairs of whether a target is met and what it says."""
    versions: tuple = ()
    tolerance: float = 1e-4
    rounds: int = 20
    kept: bool = True
    """Is each side also run with an allocator that keeps memory?"""

    def main(self):
        """The exit code."""
        return environment.command(self.peer, self.arguments, self.run)

    def arguments(self):
        cpus = len(environment.available_cpus())
        results = environment.BENCH / "results" / f"{Path(self.script).stem}.json"
        parser = argparse.ArgumentParser(
            description=f"{self.about} Exits with 1 if a side computes something else, or with --check "
            "if a target is missed."
        )
        add = parser.add_argument
        add("--rounds", type=int, default=self.rounds, help=f"timed runs of each side (default {self.rounds})")
        add("--threads", type=int, default=cpus, help=f"threads of every side (default {cpus}, all)")
        add("--check", action="store_true", help="assert the targets")
        add("--json", type=Path, default=results)
        add("--venv", type=Path, default=environment.BENCH / ".venv", help="made if it is missing")
        add("--pause", type=float, default=10.0, help="ms of rest before each run (default 10)")
        given = parser.parse_args()
        if given.rounds < 1 or not 1 <= given.threads <= cpus:
            parser.error(f"--rounds must be at least 1, and --threads in 1..{cpus}")
        return given

    def run(self, given):
        binary = environment.build("-p", "minimand-bench", program=self.binary)
        versions = environment.versions(*self.versions)
        facts = {
            "date": environment.now(),
            "rounds": given.rounds,
            "threads": given.threads,
            "machine": environment.machine(),
            "versions": versions,
            "cases": [],
        }
        print(f"{facts['machine']['cpu']}, {given.threads} threads, {given.rounds} rounds")
        print(", ".join(f"{name} {versions[name]}" for name in (OURS, "torch", *self.versions)), end="\n\n", flush=True)
        sides = self.start(binary, given.threads)
        said = []
        try:
            for case in self.cases:
                result = self.measure(sides, binary, case, given)
                facts["cases"].append(result)
                print(table(result), end="\n\n", flush=True)
                said += [(False, text) for text in result["disagreements"]]
                if given.check:
                    said += [(met, f"{case.name}: {text}") for met, text in self.targets(result)]
        finally:
            for side in sides:
                side.close()
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(facts, indent=1) + "\n")
        print(f"results: {given.json}")
        for met, text in said:
            print("met   " if met else "MISSED", text)
        return 0 if all(met for met, _ in said) else 1

    def command(self, name, binary):
        return [binary] if name == OURS else [sys.executable, self.script, "--worker", self.ways[name]]

    def start(self, binary, threads):
        settings = environment.child_environment(threads)
        cpus = environment.available_cpus()[:threads] if environment.GLIBC else None
        kinds = [("", settings)]
        if environment.GLIBC and self.kept:
            kinds.append((KEPT, settings | environment.KEEP_MEMORY))
        return [
            Peer(name + suffix, self.command(name, binary), kind, cpus)
            for name in (OURS, *self.ways)
            for suffix, kind in kinds
        ]

    def measure(self, sides, binary, case, given):
        answers = {side.name: [float(x) for x in side.ask("check", case)] for side in sides}
        memory = {}
        if case.gradient_bytes is not None:
            memory = {name: self.extra_memory(name, binary, case, given.threads) for name in (OURS, *self.ways)}
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
            **case.facts,
            "sides": {
                name: {
                    "least_ms": 1e3 * min(samples),
                    "median_ms": 1e3 * statistics.median(samples),
                    "times_ours_least": min(samples) / min(times[OURS]),
                    "times_ours_median": statistics.median(samples) / statistics.median(times[OURS]),
                    # The clock that counts work ticks a hundred times a second: single runs round badly.
                    "processor_ms": 1e3 * statistics.mean(work[name]),
                    "extra_memory_bytes": memory.get(name),
                    "samples_ms": [round(1e3 * s, 3) for s in samples],
                }
                for name, samples in times.items()
            },
            "busy_cores_of_others": watch.others(),
            "disagreements": list(self.disagreements(answers)),
        }

    def disagreements(self, answers):
        """Sides that computed something else than we did."""
        ours = answers[OURS]
        for name, theirs in answers.items():
            if len(theirs) != len(ours):
                yield f"{name}: {len(theirs)} numbers, minimand {len(ours)}"
            for number, (a, b) in enumerate(zip(ours, theirs)):
                if abs(a - b) > self.tolerance * abs(a):
                    what = self.compared[min(number, len(self.compared) - 1)]
                    yield f"{name}: {what} {b}, minimand {a}"

    def extra_memory(self, name, binary, case, threads):
        """Peak resident memory of one evaluation beside inputs and gradients; Linux only.

        In a process of its own whose allocator gives every large array back at once: what it kept of the run
        before would be missing here.
        """
        settings = environment.child_environment(threads) | {"MALLOC_MMAP_THRESHOLD_": "65536"}
        side = Peer(name, self.command(name, binary), settings, None)
        try:
            side.ask("time", case)
            before = status(side, "VmRSS")
            try:
                Path(f"/proc/{side.process.pid}/clear_refs").write_text("5")
            except OSError:
                return None
            side.ask("time", case)
            # A peer still holds the gradients of the run before, and drops them first.
            held = 0 if name == OURS else case.gradient_bytes
            return status(side, "VmHWM") - before + held - case.gradient_bytes
        finally:
            side.close()


def status(side, field_name):
    """Bytes that the system says of a process, or None where it does not."""
    for line in environment.read(f"/proc/{side.process.pid}/status").splitlines():
        if line.startswith(field_name + ":"):
            return 1024 * int(line.split()[1])
    return None


def table(result):
    lines = [result["name"], " " * WIDTH + "".join(f"{c:>10}" for c in COLUMNS)]
    for name, side in result["sides"].items():
        memory = side["extra_memory_bytes"]
        lines.append(
            f"  {name:<{WIDTH - 2}}{side['least_ms']:>10.1f}{side['median_ms']:>10.1f}"
            f"{side['times_ours_least']:>10.2f}{side['times_ours_median']:>10.2f}"
            f"{side['processor_ms']:>10.0f}" + (f"{memory / 1e6:>10.1f}" if memory is not None else "")
        )
    lines += [f"  {text}" for text in result["disagreements"]]
    others = result["busy_cores_of_others"]
    if others is not None and others > idle.ENOUGH:
        lines.append(f"  BUSY: other programs used {others:.2f} cores; the times are doubtful")
    return "\n".join(lines)


def slower_by(result, way, least):
    """A target: the faster setting of a way takes so many times as long as ours; by the least times, which others
    disturb least."""
    theirs, ours = [
        min(side["least_ms"] for name, side in result["sides"].items() if name in (start, start + KEPT))
        for start in (way, OURS)
    ]
    return theirs / ours >= least, f"{way} takes {theirs / ours:.2f} times as long (at least {least:.2f})"


def memory_within(result, share, of, what):
    """A target: our extra memory is at most this share of `of` bytes; nothing where it is not measured."""
    ours = result["sides"][OURS]["extra_memory_bytes"]
    if ours is not None and of is not None:
        yield ours <= share * of, f"{ours / of:.3f} of {what} (at most {share})"
