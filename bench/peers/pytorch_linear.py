"""The PyTorch sides of linear_rows.py, each a process that answers the lines of src/bin/linear_rows.rs."""

import os

import torch
import torch.nn.functional as F

from . import inputs
from .side import serve_torch

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def plain(states, weight, labels):
    return F.cross_entropy(states @ weight.T, labels)


def chunked(states, weight, labels):
    options = torch.nn.LinearCrossEntropyOptions()
    return F.linear_cross_entropy(states, weight, labels, options=options)


WAYS = {"plain": plain, "chunked": chunked}


def make(*sizes):
    n, d, v = map(int, sizes)
    states = torch.from_numpy(2 * inputs.hashed(0, n * d) - 1).view(n, d)
    # In two roundings, as on the other side.
    scaled = inputs.hashed(n * d, v * d) * inputs.np.float32(0.2) - inputs.np.float32(0.1)
    weight = torch.from_numpy(scaled).view(v, d)
    return states.requires_grad_(), weight.requires_grad_(), torch.from_numpy(inputs.labels(n, v))


def main(way):
    serve_torch(make, WAYS[way])
