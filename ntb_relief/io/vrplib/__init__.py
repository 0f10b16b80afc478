"""Routing problems of the literature: VRPLIB with the fields of PyVRP's dialect, and the texts of bare numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...errors import Issue, SchemaError

if TYPE_CHECKING:
    from ...model.routing import RoutingProblem
    from .lengths import Rounding
    from .table import RoutingTable

MAX_BYTES: Final = 64 * 1024 * 1024

__all__ = ["read_vrplib"]


def read_vrplib(path: Path | str, *, rounding: Rounding | None = None) -> RoutingProblem:
    """Read a routing problem from a file of VRPLIB or in the text form of Solomon, Cordeau, or Li and Lim.

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
        Where the file is not of these forms, is too large, or asks for what `RoutingProblem` cannot state yet: split
        deliveries.
    """
    from .problem import build_problem

    file = Path(path)
    return build_problem(parse_table(_read_text(file), name=file.name), rounding=rounding)


def parse_table(text: str, *, name: str) -> RoutingTable:
    """Return what a text states as columns, in whichever of the forms it is written.

    Raises
    ------
    SchemaError
        Where it is in none of them.
    """
    from .cordeau import parse_cordeau
    from .li_lim import parse_li_lim
    from .solomon import parse_solomon
    from .split import parse_split
    from .text import parse_vrplib

    if "DIMENSION" in text:
        return parse_vrplib(text, name=name)
    # The texts of bare numbers differ in how many stand on their first line; Solomon's begins with words.
    parsers = {2: parse_split, 3: parse_li_lim, 4: parse_cordeau}
    lines = [line.split() for line in text.strip().splitlines()[:2]]
    is_bare = bool(lines) and all(word.replace(".", "", 1).isdigit() for word in lines[0])
    # Solomon's may have lost its words: its second line is then the depot, number 0, where no demand can stand.
    is_solomon = not is_bare or (len(lines) > 1 and len(lines[0]) == 2 and len(lines[1]) == 7 and lines[1][0] == "0")  # noqa: PLR2004
    return parse_solomon(text, name=name) if is_solomon else parsers.get(len(lines[0]), parse_solomon)(text, name=name)


def _read_text(file: Path) -> str:
    where = f"file '{file.name}'"
    try:
        if (size := file.stat().st_size) > MAX_BYTES:
            raise SchemaError([Issue(where, f"has {size} bytes", f"give a file of at most {MAX_BYTES}")])
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SchemaError([Issue(where, f"cannot be read: {error.strerror}", "give the path of a file of routing problems")]) from error
    except UnicodeDecodeError as error:
        raise SchemaError([Issue(where, "is not text", "give a file of a routing problem")]) from error
