"""One case: first do the sides agree, then how fast is each."""

import math

from . import report
from .cases import COMPILED, verdicts
from .idle import Watch
from .process import PeerError, Word

VALUE_TOLERANCE = 1e-5
GRADIENT_TOLERANCE = 1e-4
WARM_UP = 3
"""Rounds before the timed ones."""


def check_inputs(ours, peers, case):
    """Have all sides the same inputs, bit for bit?"""
    expected = ours.ask("inputs", case)
    for peer in peers:
        if peer.ask("inputs", case) != expected:
            raise PeerError(f"{peer.name} has other inputs than minimand for {case.name}")


def disagreement(ours, theirs):
    """What differs between two answers to `check`, or None."""
    for name, tolerance, a, b in zip(
        ("value", "sum of gradient * prediction", "sum of squares of the gradient"),
        (VALUE_TOLERANCE, GRADIENT_TOLERANCE, GRADIENT_TOLERANCE),
        ours,
        theirs,
        strict=True,
    ):
        if not math.isclose(a, b, rel_tol=tolerance):
            return f"{name} is {b!r}, minimand's {a!r}"
    return None


def checked(ours, peers, case):
    """Our value, the peers that agree, and notes on the others: text, and whether it is a failure."""
    numbers = [float(x) for x in ours.ask("check", case)]
    good, notes = [], {}
    for peer in peers:
        try:
            theirs = [float(x) for x in peer.ask("check", case)]
        except PeerError as error:
            # torch.compile needs a C++ compiler; the others have no excuse.
            notes[peer.name] = {"text": f"skipped: {error}", "failure": COMPILED not in peer.name}
            continue
        difference = disagreement(numbers, theirs)
        if difference is None:
            good.append(peer)
        else:
            notes[peer.name] = {"text": f"WRONG, not timed: {difference}", "failure": True}
    return numbers[0], good, notes


def interleaved(peers, case, rounds, pause):
    """Times in seconds: one run of each peer per round, the first peer of a round taking turns."""
    times = {peer.name: [] for peer in peers}
    for number in range(rounds):
        first = number % len(peers)
        for peer in peers[first:] + peers[:first]:
            times[peer.name].append(peer.seconds(case, pause))
    return times


def measure(ours, peers, case, rounds, threads, pause):
    """Everything about one case."""
    value, good, notes = checked(ours, peers, case)
    # The kernel has run by now: the pool of threads is no part of the memory of an evaluation.
    extra_bytes = int(ours.ask("memory", case)[0])
    floor = Word("copy: the floor", ours, "copy")
    allocating = Word("minimand (new)", ours, "fresh")
    timed = [floor, ours, allocating, *good]
    interleaved(timed, case, WARM_UP, 0.0)
    watch = Watch([ours, *peers])
    times = interleaved(timed, case, rounds, pause)
    others = watch.others()
    summaries = report.summaries(times, case.bytes)
    medians = {name: numbers["median_ms"] for name, numbers in summaries.items()}
    return {
        "name": case.name,
        "case": case.line,
        "value": value,
        "bytes": case.bytes,
        "extra_memory_bytes": extra_bytes,
        "busy_cores_of_others": others,
        "peers": summaries,
        "notes": notes,
        "targets": [
            {"what": what, "met": met}
            for what, met in verdicts(case, medians, extra_bytes, threads)
        ],
    }
