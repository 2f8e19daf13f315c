#!/usr/bin/env python3
"""Structural similarity of images, value and gradient, side by side with kornia and pytorch-msssim.

    python3 bench/ssim.py              measures, prints a table, writes results/ssim.json
    python3 bench/ssim.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import math
import sys

from peers.side_by_side import Case, Program, memory_within, slower_by

WAYS = {"kornia ssim_loss": "kornia", "pytorch-msssim ssim": "msssim"}
LEAST_TIMES = 3.0
"""How many times as long as minimand they must take at least."""
MOST_MEMORY = 1.0
"""Of an image batch, beside inputs and gradient."""


def case(*shape):
    size = 4 * math.prod(shape)
    return Case(
        name=str(list(shape)),
        line=" ".join(map(str, shape)),
        facts={"shape": list(shape), "image_bytes": size},
        gradient_bytes=size,
    )


def targets(result):
    for way in WAYS:
        yield slower_by(result, way, LEAST_TIMES)
    yield from memory_within(result, MOST_MEMORY, result["image_bytes"], "the images as extra memory")


if __name__ == "__main__":
    sys.exit(
        Program(
            script=__file__,
            about="Times structural similarity against PyTorch.",
            binary="ssim",
            peer="pytorch_ssim",
            ways=WAYS,
            cases=[case(8, 3, 512, 512)],
            compared=("value", "gradient"),
            targets=targets,
            versions=("kornia", "pytorch-msssim"),
            rounds=10,
        ).main()
    )
