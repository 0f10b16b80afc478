"""Arcs sorted by tail: the form every graph kernel reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Csr(NamedTuple):
    """A directed graph; the arcs of node ``v`` are rows ``indptr[v]`` to ``indptr[v + 1] - 1``.

    Parameters
    ----------
    indptr : int64 array, shape (N + 1,)
    tail, head : int32 array, shape (A,)
    edge : int32 array, shape (A,)
        Row of the arc in the caller's edge table; the caller may give arcs of no edge a number below 0.
    """

    indptr: NDArray[np.int64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    edge: NDArray[np.int32]


def build_csr(num_nodes: int, tail: NDArray[Any], head: NDArray[Any], edge: NDArray[Any]) -> Csr:
    """Sort arcs by tail; arcs of one tail keep their order, parallel arcs and loops stay. O(N + A log A)."""
    order = np.argsort(tail, kind="stable")
    indptr = np.zeros(num_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=num_nodes), out=indptr[1:])
    return Csr(indptr, tail[order].astype(np.int32), head[order].astype(np.int32), edge[order].astype(np.int32))
