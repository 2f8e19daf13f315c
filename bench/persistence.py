#!/usr/bin/env python3
"""Cubical persistence of noise, side by side with GUDHI.

    python3 bench/persistence.py              measures, prints a table, writes results/persistence.json
    python3 bench/persistence.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import sys

from peers.side_by_side import Case, Program, slower_by

WAYS = {"GUDHI CubicalComplex": "complex", "GUDHI sklearn CubicalPersistence": "estimator"}
LEAST_TIMES = 1.5
"""How many times as long GUDHI's faster way must take."""


def case(construction, *shape):
    return Case(name=f"{list(shape)} {construction}", line=" ".join([construction, *map(str, shape)]))


def targets(result):
    for way in WAYS:
        yield slower_by(result, way, LEAST_TIMES)


if __name__ == "__main__":
    sys.exit(
        Program(
            script=__file__,
            about="Times cubical persistence against GUDHI.",
            binary="persistence",
            peer="gudhi_cubical",
            ways=WAYS,
            cases=[
                case(construction, *shape)
                for shape in ((1024, 1024), (128, 128, 128))
                for construction in ("vertices", "top_dimensional_cells")
            ],
            compared=("bars and lengths",),
            targets=targets,
            versions=("gudhi",),
            tolerance=1e-9,
            rounds=5,
            kept=False,
        ).main()
    )
