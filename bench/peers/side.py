"""The loop of a side: a process that answers lines, as bench/src/side.rs does."""

import gc
import sys
import time


def serve(make, run, numbers, before=lambda data: None):
    """Answers every line `COMMAND WORDS...` on standard input with a line.

    `make` makes the inputs that the words ask for, which are kept while the words stay the same; `run` is what is
    measured, after `before`, which is not. `time` answers with the seconds of one run, `check` with `numbers` of the
    inputs and the result.
    """
    gc.disable()
    kept, data = None, None
    for request in sys.stdin:
        command, *words = request.split()
        try:
            if kept != words:
                kept, data = words, make(*words)
            before(data)
            start = time.perf_counter()
            result = run(*data)
            seconds = time.perf_counter() - start
            answer = [seconds] if command == "time" else numbers(data, result)
            # Before the answer: whoever asks may look at the memory at once.
            del result
            print(*map(repr, map(float, answer)), flush=True)
        except Exception as error:
            print("error", type(error).__name__, str(error).split("\n")[0], flush=True)


def serve_torch(make, loss):
    """[`serve`] of a loss with the gradients of those inputs that need one, which are cleared before each run."""

    def leaves(data):
        return [x for x in data if getattr(x, "requires_grad", False)]

    def clear(data):
        for leaf in leaves(data):
            leaf.grad = None

    def run(*data):
        value = loss(*data)
        value.backward()
        return value

    def numbers(data, value):
        return [value.item(), *(leaf.grad.double().square().sum().item() for leaf in leaves(data))]

    serve(make, run, numbers, clear)
