"""The SciPy side of distance.py, a process that answers the lines of src/bin/distance.rs."""

import numpy as np
from scipy.ndimage import distance_transform_edt

from . import inputs
from .side import serve


def make(share, size, *spacing):
    side = int(size)
    mask = inputs.hashed(0, side**3).reshape(side, side, side) >= np.float32(share)
    return mask, [float(s) for s in spacing]


def main(_):
    serve(
        make,
        lambda mask, spacing: distance_transform_edt(mask, sampling=spacing),
        lambda _, distance: [distance.sum(), (distance**2).sum()],
    )
