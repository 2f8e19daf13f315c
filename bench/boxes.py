#!/usr/bin/env python3
"""Overlap losses of a million pairs of boxes, value and gradient, side by side with torchvision.

    python3 bench/boxes.py              measures, prints a table, writes results/boxes.json
    python3 bench/boxes.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import sys

from peers.side_by_side import Case, Program, slower_by

EAGER = "torchvision eager"
LEAST_TIMES = 3.0
"""How much longer torchvision must take."""
PAIRS = 1_000_000


def targets(result):
    yield slower_by(result, EAGER, LEAST_TIMES)


if __name__ == "__main__":
    sys.exit(
        Program(
            script=__file__,
            about="Times losses of boxes against torchvision.",
            binary="boxes",
            peer="torchvision_boxes",
            ways={EAGER: "eager"},
            cases=[Case(name=f"{loss} [{PAIRS}, 4]", line=f"{loss} {PAIRS}") for loss in ("giou", "ciou")],
            compared=("value", "gradient"),
            targets=targets,
            versions=("torchvision",),
        ).main()
    )
