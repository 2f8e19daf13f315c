#!/usr/bin/env python3
"""Exact Euclidean distance transforms of volumes, side by side with SciPy.

    python3 bench/distance.py              measures, prints a table, writes results/distance.json
    python3 bench/distance.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import sys

from peers.side_by_side import Case, Program, slower_by

SCIPY = "SciPy distance_transform_edt"
LEAST_TIMES = 1.5
"""How many times as long SciPy must take."""


def case(about, share, *spacing):
    return Case(name=f"[256, 256, 256] {about}", line=" ".join(map(str, (share, 256, *spacing))))


def targets(result):
    yield slower_by(result, SCIPY, LEAST_TIMES)


if __name__ == "__main__":
    sys.exit(
        Program(
            script=__file__,
            about="Times Euclidean distance transforms against SciPy.",
            binary="distance",
            peer="scipy_distance",
            ways={SCIPY: "edt"},
            cases=[
                case("one pixel in a thousand a site", 0.001, 1, 1, 1),
                case("half of the pixels sites, spacing 3 × 1 × 0.5", 0.5, 3, 1, 0.5),
            ],
            compared=("sum of the distances", "sum of their squares"),
            targets=targets,
            versions=("scipy",),
            tolerance=1e-9,
            rounds=5,
        ).main()
    )
