"""The PyTorch sides of dice_ce.py, each a process that answers the lines of src/bin/dice_ce.rs."""

import gc
import os
import sys
import time

import torch
import torch.nn.functional as F
from monai.losses import DiceCELoss

from . import inputs

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

MONAI = DiceCELoss(softmax=True, to_onehot_y=True)


def by_hand(logits, labels):
    """As it is written without a library, with as few arrays as that takes."""
    log_p = logits.log_softmax(1)
    p = log_p.exp()
    t = torch.zeros_like(p).scatter_(1, labels, 1.0)
    axes = tuple(range(2, p.dim()))
    dice = 1 - (2 * (p * t).sum(axes) + 1e-5) / (p.sum(axes) + t.sum(axes) + 1e-5)
    return dice.mean() + F.nll_loss(log_p, labels[:, 0])


WAYS = {"monai": MONAI, "by_hand": by_hand}


def make(n, c, d, h, w):
    logits = torch.from_numpy(inputs.logits(n * c * d * h * w)).view(n, c, d, h, w)
    labels = torch.from_numpy(inputs.labels(n * d * h * w, c)).view(n, 1, d, h, w)
    return logits.requires_grad_(), labels


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
            del loss
        except Exception as error:
            print("error", type(error).__name__, str(error).split("\n")[0], flush=True)
