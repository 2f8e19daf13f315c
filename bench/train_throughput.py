#!/usr/bin/env python3
"""The training loop side by side with the same loop in PyTorch eager: rows per second.

    python3 bench/train_throughput.py              measures and prints a table
    python3 bench/train_throughput.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import argparse
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from peers import environment, idle
from peers.process import Peer

ROWS, COLUMNS, CLASSES = 1797, 64, 10
BATCH = 32
TRAINED = sum(row % 5 > 0 for row in range(ROWS))
"""Rows that an epoch sees; every fifth is for validation."""
TARGETS = {"plain": 1.5, "fused": 1.0}
"""How many times as fast as PyTorch with this variant of its optimizer, on as many threads as suit it."""
ALIKE = 0.05
"""How far the mean losses of two sides may lie apart, relative."""
COLUMN_NAMES = "rows/s", "median s", "least s", "x median", "x least", "train", "valid.", "error"


class Request:
    """What a process is asked for: `fits` trainings side by side."""

    name = "a training"

    def __init__(self, path, epochs, fits, seed):
        numbers = ROWS, COLUMNS, CLASSES, BATCH, epochs, fits, seed
        self.line = " ".join(map(str, (path, *numbers)))


class Side:
    """Some processes that train at the same time, each `fits` times side by side."""

    def __init__(self, name, command, optimizer=None, threads=1, processes=1, fits=1):
        settings = environment.child_environment(threads)
        self.name, self.optimizer, self.fits = name, optimizer, fits
        self.peers = [Peer(name, command, settings, None) for _ in range(processes)]
        self.seconds, self.results = [], []

    def run(self, path, epochs, seed):
        """Trains once with each process; keeps the time until all have answered."""
        requests = [Request(path, epochs, self.fits, seed + i) for i in range(len(self.peers))]
        self.rows = len(self.peers) * self.fits * epochs * TRAINED
        with ThreadPoolExecutor(len(self.peers)) as pool:
            start = time.perf_counter()
            answers = list(pool.map(lambda peer, r: peer.ask("fit", r), self.peers, requests))
            self.seconds.append(time.perf_counter() - start)
        self.results += [[float(x) for x in answer] for answer in answers]

    def summary(self):
        seconds = statistics.median(self.seconds)
        losses = [statistics.fmean(column) for column in zip(*self.results)]
        return {
            "rows": self.rows,
            "seconds": seconds,
            "least": min(self.seconds),
            "rows_per_s": self.rows / seconds,
            "train_loss": losses[0],
            "validation_loss": losses[1],
            "error_rate": losses[2],
        }

    def close(self):
        for peer in self.peers:
            peer.close()


def groups(binary):
    """What is compared, ours first: one training, and two at the same time."""

    def torch(optimizer, threads=1, processes=1):
        command = sys.executable, __file__, "--worker", optimizer
        count = f"{processes} processes" if processes > 1 else f"threads: {threads}"
        name = f"PyTorch, AdamW {optimizer}, {count}"
        return Side(name, command, optimizer, threads, processes)

    single = [torch(optimizer, threads=threads) for optimizer in TARGETS for threads in (1, 2)]
    yield "one training", [Side("minimand", [binary]), *single]
    double = [torch(optimizer, processes=2) for optimizer in TARGETS]
    yield "two trainings at once", [Side("minimand, 2 threads", [binary], fits=2), *double]


def digits(path):
    """Rows around ten prototypes, of the size and about the difficulty of the digits."""
    import numpy

    random = numpy.random.default_rng(1)
    prototypes = random.normal(size=(CLASSES, COLUMNS))
    labels = random.integers(CLASSES, size=ROWS)
    features = prototypes[labels] + 2 * random.normal(size=(ROWS, COLUMNS))
    path.write_bytes(features.astype("<f4").tobytes() + labels.astype("<u4").tobytes())


def arguments():
    parser = argparse.ArgumentParser(
        description="Times the training loop against PyTorch. Exits with 1 if a side learns "
        "something else, or with --check if a target is missed."
    )
    add = parser.add_argument
    add("--rounds", type=int, default=10, help="timed trainings of each side (default 10)")
    add("--epochs", type=int, default=30, help="of each training (default 30)")
    add("--check", action="store_true", help="assert the target")
    add("--venv", type=Path, default=environment.BENCH / ".venv", help="made if it is missing")
    add("--pause", type=float, default=50.0, help="ms of rest before each training (default 50)")
    given = parser.parse_args()
    if given.rounds < 1 or given.epochs < 1:
        parser.error("--rounds and --epochs must be at least 1")
    return given


def measure(group, path, given):
    """Interleaved trainings, the order turning; the first round warms up and is dropped."""
    watch = idle.Watch([peer for side in group for peer in side.peers])
    for number in range(given.rounds + 1):
        turn = number % len(group)
        for side in group[turn:] + group[:turn]:
            time.sleep(given.pause / 1e3)
            side.run(path, given.epochs, seed=2 * number)
        if number == 0:
            for side in group:
                side.seconds, side.results = [], []
    return watch.others()


def table(title, group, others):
    ours, *peers = [side.summary() for side in group]
    lines = [
        f"{title}: {ours['rows']} rows in all, batches of {BATCH}",
        " " * 36 + "".join(f"{column:>10}" for column in COLUMN_NAMES),
    ]
    for side, one in zip(group, [ours, *peers]):
        lines.append(
            f"  {side.name:<34}{one['rows_per_s']:>10,.0f}{one['seconds']:>10.4f}"
            f"{one['least']:>10.4f}{one['seconds'] / ours['seconds']:>10.2f}"
            f"{one['least'] / ours['least']:>10.2f}{one['train_loss']:>10.4f}"
            f"{one['validation_loss']:>10.4f}{one['error_rate']:>10.4f}"
        )
    if others is not None and others > idle.ENOUGH:
        lines.append(f"  BUSY: other programs used {others:.2f} cores; the times are doubtful")
    return "\n".join(lines)


def unlike(group):
    """Sides that learned something else than ours."""
    ours, *peers = [side.summary() for side in group]
    for side, one in zip(group[1:], peers):
        for loss in "train_loss", "validation_loss":
            if abs(one[loss] - ours[loss]) > ALIKE * ours[loss]:
                yield f"{side.name}: {loss} {one[loss]:.4f}, minimand {ours[loss]:.4f}"


def targets(title, group):
    """Whether each target is met, and what it says; by medians."""
    ours, *peers = [side.summary()["seconds"] for side in group]
    for optimizer, target in TARGETS.items():
        matching = [s for s, side in zip(peers, group[1:]) if side.optimizer == optimizer]
        times = min(matching) / ours
        said = f"{title}: {times:.2f} times as fast as PyTorch, AdamW {optimizer}"
        yield times >= target, f"{said} (at least {target})"


def run(given):
    build = "-p", "minimand-burn", "--example", "train_throughput"
    binary = environment.build(*build, program="examples/train_throughput")
    print(f"{environment.machine()['cpu']}, {len(environment.available_cpus())} processors")
    said = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digits"
        digits(path)
        for title, group in groups(binary):
            try:
                others = measure(group, path, given)
            finally:
                for side in group:
                    side.close()
            print(table(title, group, others), end="\n\n", flush=True)
            said += [(False, text) for text in unlike(group)]
            said += targets(title, group) if given.check else []
    for met, text in said:
        print("met   " if met else "MISSED", text)
    return 0 if all(met for met, _ in said) else 1


if __name__ == "__main__":
    sys.exit(environment.command("pytorch_training", arguments, run))
