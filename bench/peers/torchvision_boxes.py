"""The torchvision side of boxes.py, a process that answers the lines of src/bin/boxes.rs."""

import gc
import os
import sys
import time

import torch
from torchvision.ops import complete_box_iou_loss, generalized_box_iou_loss

from . import inputs

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

LOSSES = {"giou": generalized_box_iou_loss, "ciou": complete_box_iou_loss}


def make(n):
    boxes = [torch.from_numpy(inputs.boxes(n, seed)) for seed in (0, 4 * n)]
    return boxes[0].requires_grad_(), boxes[1]


def main(_):
    gc.disable()
    kept, data = None, None
    for request in sys.stdin:
        command, loss, n = request.split()
        try:
            if kept != n:
                kept, data = n, make(int(n))
            prediction, target = data
            prediction.grad = None
            start = time.perf_counter()
            value = LOSSES[loss](prediction, target, reduction="mean")
            value.backward()
            seconds = time.perf_counter() - start
            if command == "time":
                print(repr(seconds), flush=True)
            else:
                print(value.item(), prediction.grad.double().square().sum().item(), flush=True)
        except Exception as error:
            print("error", type(error).__name__, str(error).split("\n")[0], flush=True)
