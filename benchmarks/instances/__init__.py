"""Readers of the benchmarks' own, so that a mistake in the package's reader is caught by the checker."""

from __future__ import annotations

from pathlib import Path

from ..errors import InstanceError
from .instance import FleetType, RoutingInstance
from .solomon import read_solomon
from .vrplib import read_vrplib

__all__ = ["FleetType", "RoutingInstance", "read_instance"]


def read_instance(path: Path | str, *, family: str | None = None) -> RoutingInstance:
    """Read a VRPLIB or Solomon file.

    Parameters
    ----------
    path : Path or str
    family : str, optional
        Name of the family, where neither folder nor header tells it rightly.

    Raises
    ------
    InstanceError
        Where the file cannot be read as one of the two.
    """
    where = Path(path)
    try:
        text = where.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{where} cannot be read: {error}"
        raise InstanceError(message) from error
    reader = read_vrplib if "DIMENSION" in text else read_solomon
    return reader(where, text, family=family)
