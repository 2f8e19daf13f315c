"""The Python sides of python_calls.py: calls of the NumPy and of the torch door, and the memory that they take.

A process answers lines `repeat SHAPE N C TARGET EXPRESSION` with the mean seconds of a call, and `memory KIND MEGABYTES`
with the peak of the resident memory during a call beside what was there before, in bytes (Linux only, else `none`).
"""

import gc
import os
import sys
import time
from pathlib import Path

import minimand as mm
import numpy as np

from . import inputs
from .cases import Case


def numpy_value(case, x, t):
    loss = mm.loss(case.expression)
    return lambda: loss(x, t)


def numpy_function(case, x, t):
    function = getattr(mm.losses, case.expression)
    return lambda: function(x, t)


def numpy_gradient(case, x, t):
    loss, out = mm.loss(case.expression), np.empty_like(x)
    return lambda: loss.value_and_grad(x, t, out=out)


def numpy_fresh(case, x, t):
    loss = mm.loss(case.expression)
    return lambda: loss.value_and_grad(x, t)


def torch_forward(case, x, t):
    import minimand.torch
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    loss, x, t = minimand.torch.Loss(case.expression), torch.from_numpy(x), torch.from_numpy(t)
    return lambda: loss(x, t)


def torch_backward(case, x, t):
    import minimand.torch
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    loss, t = minimand.torch.Loss(case.expression), torch.from_numpy(t)
    x = torch.from_numpy(x).requires_grad_()

    def run():
        x.grad = None
        loss(x, t).backward()

    return run


WAYS = {f.__name__: f for f in (numpy_value, numpy_function, numpy_gradient, numpy_fresh, torch_forward, torch_backward)}


def repeated(run):
    """Mean seconds of as many calls, one after the other, as take at least 10 ms."""
    runs = 1
    while True:
        start = time.perf_counter()
        for _ in range(runs):
            run()
        seconds = time.perf_counter() - start
        if seconds >= 0.01:
            return seconds / runs
        runs *= 2


# --- memory ------------------------------------------------------------------------------------------------------

CLASSES = 128


def call(kind, megabytes):
    """A call with its gradient on a prediction of this size, and the prediction's bytes.

    The memory of the gradient is there before: `out` of NumPy, and the gradient of the call before, which is dropped
    first, of torch.
    """
    door, dtype, layout = kind.split("-")
    number = np.float32 if dtype == "f32" else np.float64
    rows = int(megabytes) * 1_000_000 // (CLASSES * number().itemsize)
    t = inputs.labels(rows, CLASSES)
    x = np.ones((CLASSES, rows), number).T if layout == "strided" else np.ones((rows, CLASSES), number)
    loss = mm.loss("cross_entropy")
    if door == "numpy":
        out = np.ones((rows, CLASSES), number)
        return lambda: loss.value_and_grad(x, t, out=out), x.nbytes
    import minimand.torch
    import torch

    criterion, target = minimand.torch.Loss("cross_entropy"), torch.from_numpy(t)
    leaf = torch.from_numpy(x).requires_grad_()

    def run():
        leaf.grad = None
        criterion(leaf, target).backward()

    return run, x.nbytes


def memory(kind, megabytes):
    """Peak of the resident memory beside inputs and gradient, and the bytes of the prediction."""
    run, size = call(kind, megabytes)
    run()
    gc.collect()
    before = status("VmRSS")
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return "none"
    run()
    return f"{status('VmHWM') - before} {size}"


def status(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return 1024 * int(line.split()[1])
    return 0


def main(way):
    # What a library prints must not look like an answer.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    kept, run = None, None
    gc.disable()
    for request in sys.stdin:
        command, line = request.rstrip("\n").split(" ", 1)
        try:
            if command == "memory":
                reply = memory(*line.split())
            else:
                if line != kept:
                    case = Case.from_line(line)
                    kept, run = line, WAYS[way](case, *inputs.make(case))
                reply = repr(repeated(run))
        except Exception as error:
            lines = f"{type(error).__name__}: {error}".splitlines()
            reply = f"error {lines[0][:300]}"
        print(reply, file=out, flush=True)
