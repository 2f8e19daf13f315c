"""The SciPy side of distance.py, a process that answers the lines of src/bin/distance.rs."""

import sys
import time

import numpy as np
from scipy.ndimage import distance_transform_edt

from . import inputs


def main(_):
    kept, mask = None, None
    for request in sys.stdin:
        command, share, size, *spacing = request.split()
        try:
            if kept != (share, size):
                side = int(size)
                kept, mask = (share, size), inputs.hashed(0, side**3).reshape(side, side, side) >= np.float32(share)
            start = time.perf_counter()
            distance = distance_transform_edt(mask, sampling=[float(s) for s in spacing])
            seconds = time.perf_counter() - start
            if command == "time":
                print(repr(seconds), flush=True)
            else:
                print(repr(float(distance.sum())), repr(float((distance**2).sum())), flush=True)
        except Exception as error:
            print("error", type(error).__name__, str(error).split("\n")[0], flush=True)
