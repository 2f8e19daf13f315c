"""The PyTorch sides of ssim.py, each a process that answers the lines of src/bin/ssim.rs."""

import gc
import os
import sys
import time

import torch
from kornia.losses import ssim_loss
from pytorch_msssim import ssim

from . import inputs

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

WAYS = {
    "kornia": lambda x, t: 2 * ssim_loss(x, t, 11, padding="valid"),
    "msssim": lambda x, t: 1 - ssim(x, t, data_range=1.0),
}


def make(*shape):
    n = inputs.np.prod(shape)
    x = torch.from_numpy(inputs.hashed(0, n)).view(shape)
    mixed = inputs.np.float32(0.75) * inputs.hashed(0, n) + inputs.np.float32(0.25) * inputs.hashed(n, n)
    return x.requires_grad_(), torch.from_numpy(mixed).view(shape)


def main(way):
    gc.disable()
    kept, data = None, None
    for request in sys.stdin:
        command, *sizes = request.split()
        try:
            if kept != sizes:
                kept, data = sizes, make(*map(int, sizes))
            data[0].grad = None
            start = time.perf_counter()
            loss = WAYS[way](*data)
            loss.backward()
            seconds = time.perf_counter() - start
            if command == "time":
                print(repr(seconds), flush=True)
            else:
                print(loss.item(), data[0].grad.double().square().sum().item(), flush=True)
        except Exception as error:
            print("error", type(error).__name__, str(error).split("\n")[0], flush=True)
