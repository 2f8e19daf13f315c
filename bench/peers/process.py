"""The measuring side of a peer: a child process that answers lines."""

import os
import subprocess
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


class PeerError(Exception):
    """A peer cannot run a case."""


class Peer:
    """`name` is what the table says; `command` is the program, `timing` its word for one timed run."""

    def __init__(self, name, command, environment, cpus, timing="time"):
        self.name = name
        self.timing = timing

        def pin():
            if cpus:
                os.sched_setaffinity(0, cpus)

        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            preexec_fn=pin,
        )

    def ask(self, command, case):
        try:
            self.process.stdin.write(f"{command} {case.line}\n")
            self.process.stdin.flush()
            reply = self.process.stdout.readline().strip()
        except BrokenPipeError:
            reply = ""
        if not reply:
            raise PeerError(f"{self.name} ended while it ran {case.name}")
        if reply.startswith("error "):
            raise PeerError(reply.removeprefix("error "))
        return reply.split()

    def seconds(self, case, pause):
        """One timed run, after a pause in which the other peers' threads fall asleep, and a warm-up."""
        time.sleep(pause)
        self.ask(self.timing, case)
        return float(self.ask(self.timing, case)[0])

    def cpu_seconds(self):
        """Processor time of the child and its children so far; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return sum(map(int, fields[11:15])) / TICK

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Word(Peer):
    """Another timed command of a peer's process."""

    def __init__(self, name, peer, timing):
        self.name, self.process, self.timing = name, peer.process, timing
