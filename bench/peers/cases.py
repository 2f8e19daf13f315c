"""What is measured: the cases, and the targets that the project has set itself."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

OURS = "minimand"
EAGER, COMPILED, JITTED = "PyTorch eager", "torch.compile", "JAX jit"
KEPT = " (kept)"
"""Ends the name of a peer whose allocator keeps freed memory."""

ROWS = [(65536, 10), (8192, 1000), (2048, 32000)]
WIDE = ROWS[1:]
POINTS = 10**7
CHUNK = 32_768
"""Entries that one thread works on at a time: at least one row, else as many as fit."""


@dataclass(frozen=True)
class Case:
    shape: str
    n: int
    c: int
    target: str
    expression: str

    @property
    def name(self):
        size = f"{self.n}x{self.c}" if self.shape == "rows" else str(self.n)
        suffix = "-soft" if self.target == "soft" else ""
        return f"{self.shape}/{size}/{self.expression.split('(')[0]}{suffix}"

    @property
    def key(self):
        """Which function of a peer computes it."""
        return self.expression.split("(")[0], self.target

    @property
    def arrays(self):
        """Cases with the same have the same inputs."""
        return self.shape, self.n, self.c, self.target

    @property
    def line(self):
        return f"{self.shape} {self.n} {self.c} {self.target} {self.expression}"

    @classmethod
    def from_line(cls, line):
        shape, n, c, target, expression = line.split(" ", 4)
        return cls(shape, int(n), int(c), target, expression)

    @property
    def bytes(self):
        """What any implementation must read and write: the inputs and the gradient."""
        entries = self.n * self.c
        return 2 * 4 * entries + (8 * self.n if self.target == "labels" else 4 * entries)

    def memory_limit(self, threads):
        """1 MB, and for each thread the rows that it works on."""
        return 10**6 + threads * 4 * max(self.c, CHUNK // self.c * self.c)

    @property
    def fused(self):
        """Is it one of the losses with a target of its own against the peers?"""
        losses = "cross_entropy", "focal", "squentropy"
        return self.target == "labels" and self.key[0] in losses


def all_cases():
    for n, c in ROWS:
        for expression in "cross_entropy", "focal(gamma=2)", "squentropy":
            yield Case("rows", n, c, "labels", expression)
        for expression in "cross_entropy", "focal(gamma=2)":
            yield Case("rows", n, c, "soft", expression)
    for expression in "binary_cross_entropy", "huber":
        yield Case("points", POINTS, 1, "dense", expression)


def selected(patterns):
    """The cases whose name contains one of the comma-separated patterns (`*` and `?` match)."""
    wanted = [f"*{p.strip()}*" for p in patterns.split(",")]
    return [c for c in all_cases() if any(fnmatchcase(c.name, p) for p in wanted)]


def verdicts(case, medians, extra_bytes, threads):
    """Each target that concerns a case: (what, met?). A peer without a median misses its target.

    What counts is the faster of a peer's two settings.
    """

    def ratio(peer):
        found = [medians[name] for name in (peer, peer + KEPT) if name in medians]
        return min(found, default=float("nan")) / medians[OURS]

    eager, jitted = ratio(EAGER), ratio(JITTED)
    out = [(f"not slower than {EAGER} ({eager:.2f}x)", eager >= 1.0)]
    if case.fused:
        out.append((f"not slower than {JITTED} ({jitted:.2f}x)", jitted >= 1.0))
        if (case.n, case.c) in WIDE:
            out.append((f"at least 2x faster than {EAGER} ({eager:.2f}x)", eager >= 2.0))
    limit = case.memory_limit(threads)
    what = f"extra memory {extra_bytes / 1e6:.3f} MB below {limit / 1e6:.3f} MB"
    return [*out, (what, extra_bytes < limit)]
