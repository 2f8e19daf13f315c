"""The torchvision side of boxes.py, a process that answers the lines of src/bin/boxes.rs."""

import os

import torch
from torchvision.ops import complete_box_iou_loss, generalized_box_iou_loss

from . import inputs
from .side import serve_torch

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

LOSSES = {"giou": generalized_box_iou_loss, "ciou": complete_box_iou_loss}


def make(loss, n):
    prediction, target = [torch.from_numpy(inputs.boxes(int(n), seed)) for seed in (0, 4 * int(n))]
    return loss, prediction.requires_grad_(), target


def main(_):
    serve_torch(make, lambda loss, prediction, target: LOSSES[loss](prediction, target, reduction="mean"))
