#!/usr/bin/env python3
"""Cross-entropy of a linear layer, value and gradients of states and weight, side by side with PyTorch.

    python3 bench/linear_rows.py              measures, prints a table, writes results/linear_rows.json
    python3 bench/linear_rows.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import sys

from peers.side_by_side import Case, Program, memory_within, slower_by

PLAIN, CHUNKED = "PyTorch matmul + cross_entropy", "PyTorch linear_cross_entropy"
MOST_TIMES_PLAIN = 1.1
"""How much slower than PyTorch's plain way minimand may be; than the chunked one not at all."""
MOST_MEMORY = 0.1
"""Of the extra memory of PyTorch's plain way."""


def case(n, d, v):
    return Case(
        name=f"[{n}, {d}] x [{v}, {d}]",
        line=f"{n} {d} {v}",
        facts={"shape": [n, d, v], "logits_bytes": 4 * n * v},
        gradient_bytes=4 * d * (n + v),
    )


def targets(result):
    yield slower_by(result, PLAIN, 1 / MOST_TIMES_PLAIN)
    yield slower_by(result, CHUNKED, 1.0)
    plain = result["sides"][PLAIN]["extra_memory_bytes"]
    yield from memory_within(result, MOST_MEMORY, plain, "the plain way's extra memory")


if __name__ == "__main__":
    sys.exit(
        Program(
            script=__file__,
            about="Times a fused linear cross-entropy against PyTorch.",
            binary="linear-rows",
            peer="pytorch_linear",
            ways={PLAIN: "plain", CHUNKED: "chunked"},
            cases=[case(1024, 512, 32000), case(512, 768, 50257), case(4096, 256, 8000)],
            compared=("value", "states", "weight"),
            targets=targets,
        ).main()
    )
