"""A Python peer as a process: answers the same lines as the Rust side (bench/src/main.rs).

Each peer has a process of its own, so that no thread pool and no allocator is shared.
"""

import gc
import os
import sys
import time

from . import inputs
from .cases import Case


def load(name):
    if name == "jax":
        from .jax_jit import Peer

        return Peer()
    from .pytorch import Peer

    return Peer(compiled=name == "compiled")


def timed(peer):
    peer.clear()
    start = time.perf_counter()
    peer.run()
    return time.perf_counter() - start


def answer(peer, arrays, command):
    if command == "inputs":
        return " ".join(str(inputs.checksum(a)) for a in arrays)
    if command == "check":
        peer.clear()
        value, gradient = peer.result()
        return f"{value!r} {inputs.dot(gradient, arrays[0])!r} {inputs.dot(gradient, gradient)!r}"
    if command == "time":
        return repr(timed(peer))
    raise ValueError(f"no such command: {command}")


def main(name):
    # What a library prints must not look like an answer.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = load(name)
    gc.disable()
    prepared, key, arrays = None, None, None
    for request in sys.stdin:
        command, line = request.rstrip("\n").split(" ", 1)
        try:
            case = Case.from_line(line)
            if case != prepared:
                prepared = None
                if key != case.arrays:
                    arrays = inputs.make(case)
                    key = case.arrays
                peer.prepare(case, *arrays)
                prepared = case
            reply = answer(peer, arrays, command)
        except Exception as error:
            lines = f"{type(error).__name__}: {error}".splitlines()
            reply = f"error {lines[0][:300]}"
        print(reply, file=out, flush=True)
