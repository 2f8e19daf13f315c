"""The inputs of the Rust side (bench/src/lib.rs), bit for bit."""

import numpy as np

BLOCK = 1 << 20


def hashed(start, count):
    """Numbers in [0, 1) from the positions start..start+count."""
    out = np.empty(count, np.float32)
    for at in range(0, count, BLOCK):
        end = min(at + BLOCK, count)
        position = np.arange(start + at, start + end, dtype=np.uint64).astype(np.uint32)
        mixed = position * np.uint32(2_654_435_761) ^ np.uint32(0x9E37_79B9)
        mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x85EB_CA6B)
        out[at:end] = (mixed >> np.uint32(8)).astype(np.float32) / np.float32(1 << 24)
    return out


def logits(n):
    return np.float32(10) * hashed(0, n) - np.float32(5)


def unit(n):
    return hashed(n, n)


def labels(n, c):
    return np.arange(n, dtype=np.int64) * 7919 % c


def probabilities(n, c):
    soft = np.full((n, c), np.float32(0.1) / np.float32(c), np.float32)
    soft[np.arange(n), labels(n, c)] += np.float32(0.9)
    return soft


def boxes(n, seed):
    """Boxes x1 y1 x2 y2 in 0..15, of sides 1 to 6."""
    x, y, width, height = hashed(seed, 4 * n).reshape(n, 4).T
    x, y = np.float32(9) * x, np.float32(9) * y
    right, lower = (low + np.float32(1) + np.float32(5) * side for low, side in ((x, width), (y, height)))
    return np.stack([x, y, right, lower], 1)


def make(case):
    """Prediction and target of a case."""
    prediction = logits(case.n * case.c)
    if case.shape == "rows":
        prediction = prediction.reshape(case.n, case.c)
    targets = {
        "labels": lambda: labels(case.n, case.c),
        "soft": lambda: probabilities(case.n, case.c),
        "dense": lambda: unit(case.n * case.c),
    }
    return prediction, targets[case.target]()


def checksum(array):
    """Sum of (2i + 1) * bits_i modulo 2**64, as on the Rust side."""
    flat = array.ravel()
    bits = flat.view(np.uint32 if flat.dtype == np.float32 else np.uint64)
    total = 0
    for at in range(0, bits.size, BLOCK):
        block = bits[at : at + BLOCK].astype(np.uint64)
        odd = np.arange(at, at + block.size, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        total += int(np.sum(block * odd, dtype=np.uint64))
    return total % 2**64


def dot(a, b):
    """Sum of the products in double precision."""
    a, b = a.ravel(), b.ravel()
    return sum(
        float(np.dot(a[at : at + BLOCK].astype(np.float64), b[at : at + BLOCK].astype(np.float64)))
        for at in range(0, a.size, BLOCK)
    )
