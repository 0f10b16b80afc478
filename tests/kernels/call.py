"""Calls from Python to kernels that are compiled for other kernels only."""

from __future__ import annotations

import numba


def from_python(kernel):
    """Return a function that calls an inner kernel, which must not be called from Python itself."""

    @numba.njit
    def call(*args):
        return kernel(*args)

    return call
