"""Readers of the benchmarks' own, so that a mistake in the package's reader is caught by the checker."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..errors import InstanceError
from ..families import Form, Goal
from .cordeau import read_cordeau
from .cumulative import as_cumulative
from .instance import FleetType, RoutingInstance
from .li_lim import read_li_lim
from .solomon import read_solomon
from .split import read_split
from .vrplib import read_vrplib

__all__ = ["FleetType", "RoutingInstance", "read_instance"]

_READERS: Final = {
    Form.VRPLIB: read_vrplib,
    Form.SOLOMON: read_solomon,
    Form.LI_LIM: read_li_lim,
    Form.CORDEAU: read_cordeau,
    Form.SPLIT: read_split,
}
_FORM_OF_FIRST_LINE: Final = {2: Form.SPLIT, 3: Form.LI_LIM, 4: Form.CORDEAU}
"""The texts of bare numbers differ in how many stand on their first line."""


def read_instance(path: Path | str, *, family: str | None = None) -> RoutingInstance:
    """Read a file of any of the forms.

    Parameters
    ----------
    path : Path or str
    family : str, optional
        Name of the family, where neither folder nor header tells it rightly.

    Raises
    ------
    InstanceError
        Where the file cannot be read as one of them.
    """
    where = Path(path)
    try:
        text = where.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{where} cannot be read: {error}"
        raise InstanceError(message) from error
    instance = _READERS[_form(text)](where, text, family=family)
    return as_cumulative(instance) if instance.family.goal is Goal.ARRIVALS else instance


def _form(text: str) -> Form:
    if "DIMENSION" in text:
        return Form.VRPLIB
    first = text.strip().partition("\n")[0].split()
    is_numbers = all(word.replace(".", "", 1).isdigit() for word in first)
    return _FORM_OF_FIRST_LINE.get(len(first), Form.SOLOMON) if is_numbers else Form.SOLOMON
