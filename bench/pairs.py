#!/usr/bin/env python3
"""Losses of all pairs of a batch, value and gradient, side by side with PyTorch and JAX.

    python3 bench/pairs.py              measures, prints a table, writes results/pairs.json
    python3 bench/pairs.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import sys

from peers.side_by_side import Case, Program, memory_within, slower_by

TORCH, JAX = "PyTorch", "JAX jit"
LEAST_TIMES = 1.5
"""How much longer both take at the large size."""
LARGE = 16384
MOST_MEMORY = 0.05
"""Of PyTorch's extra memory."""


def case(loss, n, d, classes):
    return Case(
        name=f"{loss} [{n}, {d}], {classes} classes",
        line=f"{loss} {n} {d} {classes}",
        facts={"loss": loss, "shape": [n, d], "classes": classes},
        gradient_bytes=4 * n * d,
    )


def targets(result):
    if result["shape"][0] >= LARGE:
        yield slower_by(result, TORCH, LEAST_TIMES)
        yield slower_by(result, JAX, LEAST_TIMES)
        of = result["sides"][TORCH]["extra_memory_bytes"]
        yield from memory_within(result, MOST_MEMORY, of, "PyTorch's extra memory")


if __name__ == "__main__":
    sys.exit(
        Program(
            script=__file__,
            about="Times losses of all pairs of a batch against PyTorch and JAX.",
            binary="pairs",
            peer="pairs",
            ways={TORCH: "torch", JAX: "jax"},
            cases=[
                case("nt_xent", 4096, 128, 2048),
                case("nt_xent", LARGE, 128, LARGE // 2),
                case("supervised_contrastive", 4096, 128, 128),
                case("supervised_contrastive", LARGE, 128, 128),
                case("triplet", 2048, 128, 64),
            ],
            compared=("value", "gradient"),
            targets=targets,
            versions=("jax",),
            rounds=5,
            kept=False,
        ).main()
    )
