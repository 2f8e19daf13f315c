"""How much other programs disturbed a measurement."""

import os
import time
from pathlib import Path

ENOUGH = 0.05
"""Of a core: with more work than this by other programs, times are doubtful."""


def busy_seconds():
    """Processor time that the machine has spent on everything so far, or None if it does not tell."""
    try:
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    except OSError:
        return None
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields[:8])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


class Watch:
    """Counts from its making on."""

    def __init__(self, processes):
        self.processes = processes
        self.start = self.now()

    def now(self):
        own = sum(os.times()[:4]) + sum(p.cpu_seconds() for p in self.processes)
        return time.monotonic(), busy_seconds(), own

    def others(self):
        """Cores that other programs kept busy on average, or None where the system does not tell."""
        (wall_0, busy_0, own_0), (wall_1, busy_1, own_1) = self.start, self.now()
        if busy_0 is None:
            return None
        return max(0.0, (busy_1 - busy_0) - (own_1 - own_0)) / (wall_1 - wall_0)
