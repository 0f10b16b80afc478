"""Routing problems of the literature: VRPLIB with the fields of PyVRP's dialect, and Solomon's text form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...errors import Issue, SchemaError

if TYPE_CHECKING:
    from ...model.routing import RoutingProblem
    from .lengths import Rounding

MAX_BYTES: Final = 64 * 1024 * 1024

__all__ = ["read_vrplib"]


def read_vrplib(path: Path | str, *, rounding: Rounding | None = None) -> RoutingProblem:
    """Read a routing problem from a VRPLIB or Solomon file.

    Locations keep their numbers from 0, the depots first, as the ids of places, stops and depots (``"0"``, ``"1"`` ...).
    A vehicle type is named after its first vehicle in the file: ``"v1"``, ``"v11"``. Costs are in the unit of the file;
    lengths and times are in fractions of it, so that they are whole numbers.

    Parameters
    ----------
    path : Path or str
    rounding : {"nearest", "tenths_down", "thousandths", "none"}, optional
        How a length d becomes a number: nint(d); floor(10 d)/10; nint(1000 d)/1000; d, kept to thousandths and rounded
        up where time matters, so that no route is late. None takes what the literature uses for the problem type.

    Returns
    -------
    RoutingProblem

    Raises
    ------
    SchemaError
        Where the file is not of these forms, is too large, or asks for what `RoutingProblem` cannot state yet: pickups with
        their deliveries.
    """
    from .problem import build_problem
    from .solomon import parse_solomon
    from .text import parse_vrplib

    file = Path(path)
    text = _read_text(file)
    table = parse_vrplib(text, name=file.name) if "DIMENSION" in text else parse_solomon(text, name=file.name)
    return build_problem(table, rounding=rounding)


def _read_text(file: Path) -> str:
    where = f"file '{file.name}'"
    try:
        if (size := file.stat().st_size) > MAX_BYTES:
            raise SchemaError([Issue(where, f"has {size} bytes", f"give a file of at most {MAX_BYTES}")])
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SchemaError([Issue(where, f"cannot be read: {error.strerror}", "give the path of a VRPLIB or Solomon file")]) from error
    except UnicodeDecodeError as error:
        raise SchemaError([Issue(where, "is not text", "give a VRPLIB or Solomon file")]) from error
