"""The one door to numba.

Every kernel is compiled lazily, cached on disk and free of the global interpreter lock. No explicit
signatures (they slow the import and refuse read-only arrays), no fastmath (results must repeat), no
parallel regions (they abort under threads): parallel starts are threads over kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., object]")


def kernel(function: Function) -> Function:
    """Compile `function` with numba: cached, without the interpreter lock, exact floats."""
    compiled: Function = numba.njit(cache=True, nogil=True)(function)
    return compiled


def lean_kernel(function: Function) -> Function:
    """Compile a kernel that allocates nothing, without reference counting.

    Reading arrays out of a NamedTuple costs an atomic count up and down each time; in the routing loops that was
    nine tenths of the run time.
    """
    compiled: Function = numba.njit(cache=True, nogil=True, _nrt=False)(function)
    return compiled
