"""What surrounds a measurement: the virtual environment, the Rust binary, threads, the machine."""

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
import venv
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from .process import PeerError

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
REQUIREMENTS = BENCH / "requirements.txt"


PROGRAMS = os.environ.get("MINIMAND_BENCH_PROGRAMS")
"""A folder of the Rust programs, for a machine without a toolchain; this Python must then have the peers."""


def enter_venv(path):
    """Makes the environment if need be, starts this program again inside it, fills it."""
    if PROGRAMS:
        return
    path = path.resolve()
    python = path / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if Path(sys.prefix).resolve() != path:
        if not python.exists():
            print(f"making the virtual environment {path}", file=sys.stderr)
            venv.create(path, with_pip=True)
        raise SystemExit(subprocess.call([python, *sys.argv]))
    stamp = path / "minimand-requirements"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        print("installing the peers of requirements.txt: once, some gigabytes", file=sys.stderr)
        pip = [sys.executable, "-m", "pip", "install", "-r", REQUIREMENTS]
        subprocess.run(pip, stdout=sys.stderr, check=True)
        stamp.write_text(digest)


def command(worker, arguments, run):
    """A benchmark as a command, or its worker of this module if it is asked for; gives the exit status."""
    if sys.argv[1:2] == ["--worker"]:
        # Not before: it imports what only the environment has.
        return import_module(f"peers.{worker}").main(sys.argv[2])
    given = arguments()
    try:
        enter_venv(given.venv)
        return run(given)
    except (PeerError, OSError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def build(*what, program="minimand-bench"):
    """Builds a program as everyone gets it, without flags for this processor; its path."""
    if PROGRAMS:
        return Path(PROGRAMS).resolve() / program
    flags = "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"
    plain = {k: v for k, v in os.environ.items() if k not in flags}
    command = ["cargo", "build", "--release", *(what or ("-p", program))]
    subprocess.run(command, cwd=ROOT, env=plain, check=True)
    metadata = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    found = json.loads(subprocess.check_output(metadata, cwd=ROOT, env=plain))
    suffix = ".exe" if os.name == "nt" else ""
    return Path(found["target_directory"]) / "release" / f"{program}{suffix}"


def available_cpus():
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


GLIBC = platform.libc_ver()[0] == "glibc"
KEEP_MEMORY = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(1 << 40),
    "MALLOC_ARENA_MAX": "1",
}
"""Tells glibc to give freed memory to the next array and not back to the system."""


def child_environment(threads):
    """The same number of threads for every side; the processors are pinned besides, on Linux."""
    out = dict(os.environ)
    for name in "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC":
        out[name] = str(threads)
    if threads == 1:
        out["XLA_FLAGS"] = f"{out.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()
    out.update(JAX_PLATFORMS="cpu", CUDA_VISIBLE_DEVICES="", TORCHINDUCTOR_COMPILE_THREADS="1")
    return out


def output(*command):
    """The first line that a program prints, or None."""
    try:
        text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return text.strip().split("\n")[0]


def without_name(line):
    """What a program says of its version after its own name."""
    return line and line.partition(" ")[2]


def read(path):
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def machine():
    facts = {}
    for line in read("/proc/cpuinfo").splitlines():
        key, _, value = line.partition(":")
        facts.setdefault(key.strip(), value.strip())
    memory = next((x for x in read("/proc/meminfo").splitlines() if x.startswith("MemTotal")), None)
    return {
        "system": platform.platform(),
        "cpu": facts.get("model name") or platform.processor(),
        "cpu_flags": (facts.get("flags") or facts.get("Features") or "").split(),
        "cpus": len(available_cpus()),
        "memory": memory and memory.split(":")[1].strip(),
        "huge_pages": read("/sys/kernel/mm/transparent_hugepage/enabled").strip() or None,
        "allocator": " ".join(platform.libc_ver()).strip() or None,
    }


def versions(*more):
    packages = ["torch", "jax", "jaxlib", "numpy", *more]
    return {
        "minimand": output("git", "describe", "--always", "--dirty"),
        "rustc": without_name(output("rustc", "--version")),
        "c++": without_name(output(os.environ.get("CXX", "c++"), "--version")),
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
