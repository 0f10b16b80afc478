"""The one door to numba.

Every kernel is compiled lazily, cached on disk and free of the global interpreter lock. No explicit
signatures (they slow the import and refuse read-only arrays), no fastmath (results must repeat), no
parallel regions (they abort under threads): parallel starts are threads over kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., object]")

_OPTIONS: Final[dict[str, Any]] = {"cache": True, "nogil": True}
_LEAN: Final[dict[str, Any]] = {**_OPTIONS, "_nrt": False}
_INNER: Final[dict[str, Any]] = {**_LEAN, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: Function) -> Function:
    """Compile `function` with numba: cached, without the interpreter lock, exact floats."""
    return cast("Function", numba.njit(**_OPTIONS)(function))


def lean_kernel(function: Function) -> Function:
    """Compile a kernel that allocates nothing, without reference counting.

    Reading arrays out of a NamedTuple costs an atomic count up and down each time; in the routing loops that was
    nine tenths of the run time.
    """
    return cast("Function", numba.njit(**_LEAN)(function))


def inner_kernel(function: Function) -> Function:
    """Compile a lean kernel that only other kernels call: called from Python, it ends the process.

    The code that takes three NamedTuples of arrays from Python is longer than most kernels: a third of all compile time.
    """
    return cast("Function", numba.njit(**_INNER)(function))


def inlined_kernel(function: Function) -> Function:
    """Compile an inner kernel into its callers.

    A call passes every field of every array of a NamedTuple, some 200 words: more than a short kernel takes itself.
    """
    return cast("Function", numba.njit(**_INNER, forceinline=True)(function))


def merged_kernel(function: Function) -> Function:
    """Compile a lean kernel as a part of the one kernel that calls it.

    An inlined kernel is optimised and written for itself first, and so is every kernel between it and the outermost: a third
    of the compile time where five large ones stand one in another. The price is the time to type so long a function, which
    grows faster than its length: for the outer rooms only.
    """
    return cast("Function", numba.njit(**_LEAN, inline="always")(function))
