"""The PyTorch sides of dice_ce.py, each a process that answers the lines of src/bin/dice_ce.rs."""

import os

import torch
import torch.nn.functional as F
from monai.losses import DiceCELoss

from . import inputs
from .side import serve_torch

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


def make(*sizes):
    n, c, d, h, w = map(int, sizes)
    logits = torch.from_numpy(inputs.logits(n * c * d * h * w)).view(n, c, d, h, w)
    labels = torch.from_numpy(inputs.labels(n * d * h * w, c)).view(n, 1, d, h, w)
    return logits.requires_grad_(), labels


def main(way):
    serve_torch(make, WAYS[way])
