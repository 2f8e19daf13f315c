"""From the times of a case to numbers and rows of a table."""

import statistics

from . import idle
from .cases import OURS


def summary(samples, floor_bytes):
    """Median, quartiles, minimum and bytes per second of times in seconds."""
    low = median = high = samples[0]
    if len(samples) > 1:
        low, median, high = statistics.quantiles(samples, n=4, method="inclusive")
    return {
        "median_ms": 1e3 * median,
        "q1_ms": 1e3 * low,
        "q3_ms": 1e3 * high,
        "min_ms": 1e3 * min(samples),
        "gb_per_s": floor_bytes / median / 1e9,
        "samples_ms": [round(1e3 * s, 6) for s in samples],
    }


def summaries(times, floor_bytes):
    """The summary of every peer, with its ratios to ours."""
    out = {name: summary(samples, floor_bytes) for name, samples in times.items()}
    for numbers in out.values():
        for which in "median", "min":
            numbers[f"ratio_{which}"] = numbers[f"{which}_ms"] / out[OURS][f"{which}_ms"]
    return out


COLUMNS = (
    ("median_ms", "median", ".3f"),
    ("q1_ms", "quartile", ".3f"),
    ("q3_ms", "quartile", ".3f"),
    ("min_ms", "least", ".3f"),
    ("gb_per_s", "GB/s", ".1f"),
    ("ratio_median", "x median", ".2f"),
    ("ratio_min", "x least", ".2f"),
)
LEGEND = (
    "milliseconds for value and gradient; GB/s: inputs and gradient once each, per median;\n"
    "x: times minimand's median and least time (above 1: slower than minimand)\n"
    "minimand writes into the caller's buffer; (new): into a newly allocated gradient\n"
    "(kept): freed memory is used again, so that new arrays cost no page faults"
)


def table(result):
    """One case as lines of text."""
    lines = [
        f"{result['name']}   {result['bytes'] / 1e6:.1f} MB in and out, "
        f"extra memory {result['extra_memory_bytes'] / 1e6:.3f} MB, value {result['value']:.7g}",
        " " * 24 + "".join(f"{title:>10}" for _, title, _ in COLUMNS),
    ]
    for name, numbers in result["peers"].items():
        lines.append(f"  {name:<22}" + "".join(f"{numbers[k]:>10{form}}" for k, _, form in COLUMNS))
    lines += [f"  {name:<22}  {note['text']}" for name, note in result["notes"].items()]
    others = result["busy_cores_of_others"]
    if others is not None and others > idle.ENOUGH:
        lines.append(f"  BUSY: other programs used {others:.2f} cores; the times are doubtful")
    return "\n".join(lines)


def targets(results):
    """The stated targets, one per line, misses marked."""
    return "\n".join(
        f"{'met   ' if target['met'] else 'MISSED'}  {result['name']}: {target['what']}"
        for result in results
        for target in result["targets"]
    )
