"""The POT side of sinkhorn.py, a process that answers the lines of src/bin/sinkhorn.rs.

POT gives couplings; value and gradient follow from them as they do there, by products of matrices.
"""

import numpy as np
import ot

from . import inputs
from .side import serve


def make(n, d, epsilon, tolerance):
    n, d = int(n), int(d)
    x, y = (inputs.hashed(at * n * d, n * d).reshape(n, d).astype(np.float64) for at in (0, 1))
    return 4 * x, 4 * y + 0.5, float(epsilon), float(tolerance)


def transport(x, y, epsilon, tolerance, method):
    """Value, and slopes by the points of x."""
    costs = ot.dist(x, y) / 2
    mass = np.full(len(x), 1 / len(x))
    # POT stops where a marginal is off by so much in the 2-norm; the 1-norm is at most √n times that.
    stop = tolerance / np.sqrt(len(x))
    plan = ot.sinkhorn(mass, mass, costs, epsilon, method=method, numItermax=10_000, stopThr=stop, warn=False)
    ratio = np.where(plan > 0, plan, 1) * len(x) ** 2
    value = np.sum(plan * costs) + epsilon * np.sum(plan * np.log(ratio))
    return value, plan.sum(1)[:, None] * x - plan @ y


def divergence(x, y, epsilon, tolerance, method):
    across, slopes = transport(x, y, epsilon, tolerance, method)
    (first, own), (second, _) = (transport(z, z, epsilon, tolerance, method) for z in (x, y))
    return across - (first + second) / 2, slopes - own


def main(method):
    serve(
        make,
        lambda *data: divergence(*data, method),
        lambda _, result: [result[0], (result[1] ** 2).sum()],
    )
