#!/usr/bin/env python3
"""The Sinkhorn divergence of two clouds and its gradient, side by side with POT.

    python3 bench/sinkhorn.py              measures, prints a table, writes results/sinkhorn.json
    python3 bench/sinkhorn.py --check      and fails if a target is missed

README.md beside this file says what is measured and how.
"""

import sys

from peers.side_by_side import Case, Program, slower_by

LOG = "POT sinkhorn_log"
PLAIN = "POT sinkhorn"
LEAST_TIMES = {LOG: 5.0, PLAIN: 1.0}
"""How many times as long each way of POT must take."""


def case(n, d, epsilon, tolerance):
    return Case(name=f"[{n}, {d}], ε = {epsilon}, error below {tolerance}", line=f"{n} {d} {epsilon} {tolerance}")


def targets(result):
    for name, times in LEAST_TIMES.items():
        yield slower_by(result, name, times)


if __name__ == "__main__":
    sys.exit(
        Program(
            script=__file__,
            about="Times Sinkhorn divergences against POT.",
            binary="sinkhorn",
            peer="pot_sinkhorn",
            ways={LOG: "sinkhorn_log", PLAIN: "sinkhorn"},
            cases=[case(2000, 2, 0.1, 1e-6), case(2000, 16, 0.5, 1e-6)],
            compared=("divergence", "sum of the squares of the gradient"),
            targets=targets,
            versions=("pot",),
            tolerance=1e-4,
            rounds=5,
            kept=False,
        ).main()
    )
