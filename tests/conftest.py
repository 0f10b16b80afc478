"""Set-up shared by all tests; runs before numba is imported."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]


def _kernel_hash() -> str:
    """Return a hash of all kernel sources.

    numba does not see that a kernel called from another file has changed and would run the old one: a cache of its own
    for every state of the sources cannot be stale.
    """
    digest = hashlib.sha256()
    for path in sorted((ROOT / "ntb_relief" / "kernels").rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


# numba takes kernels from a warm cache as they were compiled, without the checks asked for now: they get a cache of their own.
_CHECKED = "-checked" if os.environ.get("NUMBA_BOUNDSCHECK") == "1" else ""
# Commands that tests start inherit it.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".numba_cache" / (_kernel_hash() + _CHECKED)))
os.environ.setdefault("MPLBACKEND", "Agg")

# A first example may compile a kernel, and machines that run tests are often busy: how long one takes says nothing.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")
