"""PyTorch, eager and compiled: the loss through torch operations, its gradient through autograd."""

import os

import torch
import torch.nn.functional as F

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def label_column(values, labels):
    return values.gather(1, labels.unsqueeze(1)).squeeze(1)


def focal(logits, labels):
    log_p = label_column(F.log_softmax(logits, dim=1), labels)
    return -((1 - log_p.exp()) ** 2 * log_p).mean()


def focal_soft(logits, target):
    log_p = F.log_softmax(logits, dim=1)
    return -(target * (1 - log_p.exp()) ** 2 * log_p).sum(dim=1).mean()


def squentropy(logits, labels):
    squares = logits.square().sum(dim=1) - label_column(logits, labels).square()
    return F.cross_entropy(logits, labels) + squares.mean() / (logits.shape[1] - 1)


LOSSES = {
    ("cross_entropy", "labels"): F.cross_entropy,
    ("cross_entropy", "soft"): F.cross_entropy,
    ("focal", "labels"): focal,
    ("focal", "soft"): focal_soft,
    ("squentropy", "labels"): squentropy,
    ("binary_cross_entropy", "dense"): F.binary_cross_entropy_with_logits,
    ("huber", "dense"): F.huber_loss,
}


class Peer:
    def __init__(self, compiled):
        self.compiled = compiled

    def prepare(self, case, prediction, target):
        torch.compiler.reset()
        self.loss = LOSSES[case.key]
        if self.compiled:
            self.loss = torch.compile(self.loss, dynamic=False)
        self.prediction = torch.from_numpy(prediction).requires_grad_()
        self.target = torch.from_numpy(target)

    def run(self):
        value = self.loss(self.prediction, self.target)
        value.backward()
        return value

    def result(self):
        value = self.run()
        return value.item(), self.prediction.grad.numpy()

    def clear(self):
        """Forgets the gradient, so that the next is written and not added."""
        self.prediction.grad = None
