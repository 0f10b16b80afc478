"""One room a solver; each is an extra and loads only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, cast

from ..errors import NotInstalledError

if TYPE_CHECKING:
    from .answer import Solver

PEERS: Final = {"pyvrp": "pyvrp", "hgs": "hygese", "ortools": "ortools", "vroom": "vroom"}
"""Solver name and the library it needs."""


def load_peer(name: str) -> Solver:
    """Return the solve function of a peer.

    Raises
    ------
    NotInstalledError
        Where its library is missing.
    """
    library = PEERS[name]
    if find_spec(library) is None:
        message = f"{name} needs the library '{library}'; install the extra: pip install 'ntb-relief[bench]'"
        raise NotInstalledError(message)
    return cast("Solver", import_module(f".{name}", __name__).solve)
