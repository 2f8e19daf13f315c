"""The training loop in PyTorch eager, as a process that answers lines (see train_throughput.py).

Written for speed as far as its users do: the whole table is one tensor, batches are picked from it by
index (a DataLoader takes several times as long), the learning rate is set by hand, nothing is logged.
"""

import math
import os
import sys

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def read(path, rows, columns):
    content = torch.from_file(path, size=rows * (columns + 1), dtype=torch.float32)
    features, labels = content[: rows * columns].clone(), content[rows * columns :].clone()
    return features.view(rows, columns), labels.view(torch.int32).long()


def fit(features, labels, classes, batch, epochs, seed, fused):
    """Losses on training and validation rows and the error rate, of the last epoch."""
    torch.manual_seed(seed)
    held_out = torch.arange(len(features)) % 5 == 0
    validation, expected = features[held_out], labels[held_out]
    features, labels = features[~held_out], labels[~held_out]
    model = nn.Sequential(nn.Linear(features.shape[1], 64), nn.ReLU(), nn.Linear(64, classes))
    rate = 1e-3
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=rate, weight_decay=1e-2, fused=True if fused else None
    )
    steps = math.ceil(len(features) / batch)
    least, best = math.inf, None
    for epoch in range(epochs):
        total = 0.0
        for step, rows in enumerate(torch.randperm(len(features)).split(batch)):
            progress = (epoch + step / steps) / epochs
            optimizer.param_groups[0]["lr"] = 0.5 * rate * (1 + math.cos(math.pi * progress))
            loss = F.cross_entropy(model(features[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        with torch.no_grad():
            scores = model(validation)
            held_out_loss = F.cross_entropy(scores, expected).item()
            error_rate = (scores.argmax(1) != expected).float().mean().item()
        if error_rate < least:
            least, best = error_rate, {k: v.clone() for k, v in model.state_dict().items()}
    assert best is not None
    return total / len(features), held_out_loss, error_rate


def main(optimizer):
    cached, data = None, None
    for request in sys.stdin:
        _, path, *numbers = request.split()
        rows, columns, classes, batch, epochs, fits, seed = map(int, numbers)
        if cached != (path, rows, columns):
            cached, data = (path, rows, columns), read(path, rows, columns)
        try:
            if fits != 1:
                raise ValueError("one training at a time")
            print(*fit(*data, classes, batch, epochs, seed, optimizer == "fused"), flush=True)
        except Exception as error:
            print("error", type(error).__name__, str(error).split("\n")[0], flush=True)
