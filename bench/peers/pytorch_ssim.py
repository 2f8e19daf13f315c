"""The PyTorch sides of ssim.py, each a process that answers the lines of src/bin/ssim.rs."""

import os

import torch
from kornia.losses import ssim_loss
from pytorch_msssim import ssim

from . import inputs
from .side import serve_torch

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

WAYS = {
    "kornia": lambda x, t: 2 * ssim_loss(x, t, 11, padding="valid"),
    "msssim": lambda x, t: 1 - ssim(x, t, data_range=1.0),
}


def make(*sizes):
    shape = [int(size) for size in sizes]
    n = inputs.np.prod(shape)
    x = torch.from_numpy(inputs.hashed(0, n)).view(shape)
    mixed = inputs.np.float32(0.75) * inputs.hashed(0, n) + inputs.np.float32(0.25) * inputs.hashed(n, n)
    return x.requires_grad_(), torch.from_numpy(mixed).view(shape)


def main(way):
    serve_torch(make, WAYS[way])
