#!/usr/bin/env python3
"""Dice and cross-entropy of a volume, value and gradient, side by side with MONAI and PyTorch.

    python3 bench/dice_ce.py              measures, prints a table, writes results/dice_ce.json
    python3 bench/dice_ce.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import math
import sys

from peers.side_by_side import Case, Program, memory_within, slower_by

MONAI, BY_HAND = "MONAI DiceCELoss", "PyTorch by hand"
TIMES_MONAI, TIMES_BY_HAND = 3.0, 2.0
"""How many times as long as minimand they must take at least."""
MOST_MEMORY = 1.0
"""Of a softmax, beside inputs and gradient."""


def case(*shape):
    size = 4 * math.prod(shape)
    return Case(
        name=str(list(shape)),
        line=" ".join(map(str, shape)),
        facts={"shape": list(shape), "logits_bytes": size},
        gradient_bytes=size,
    )


def targets(result):
    yield slower_by(result, MONAI, TIMES_MONAI)
    yield slower_by(result, BY_HAND, TIMES_BY_HAND)
    yield from memory_within(result, MOST_MEMORY, result["logits_bytes"], "a softmax as extra memory")


if __name__ == "__main__":
    sys.exit(
        Program(
            script=__file__,
            about="Times Dice with cross-entropy against MONAI and PyTorch.",
            binary="dice-ce",
            peer="pytorch_dice",
            ways={MONAI: "monai", BY_HAND: "by_hand"},
            cases=[case(2, 14, 96, 96, 96), case(2, 4, 512, 512, 1), case(8, 2, 64, 64, 64)],
            compared=("value", "gradient"),
            targets=targets,
            versions=("monai",),
        ).main()
    )
