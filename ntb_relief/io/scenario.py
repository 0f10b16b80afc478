"""Embedded events as whole operations: counts of reports, cited rates, assumed stock and fleet."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from ..geo.events import event_poskos
from ..geo.province import load_province
from .workbook.read import read_operation_for

if TYPE_CHECKING:
    from ..model.operation import Operation


def load_event(event: str = "lombok-2018", *, as_of: str | None = None) -> Operation:
    """Return the operation of an embedded event.

    Parameters
    ----------
    event : str
        A name of `list_events`: ``"lombok-2018"``, ``"bima-2016"``, ``"mataram-2025"``.
    as_of : str, optional
        Date of the counts, ISO 8601; by default the event's own.

    Returns
    -------
    Operation
        One posko a desa: counts as reported by kabupaten or kecamatan, *synthetic below the reported level*. Needs
        follow from the cited rates for one day. Stock and fleet come from the event's workbook in the package, in the
        form planners fill in, and are assumed.

    Raises
    ------
    UnknownReferenceError
        For an unknown event or date; it lists those that are known.

    Examples
    --------
    >>> load_event("lombok-2018").num_people
    387067
    """
    needs = event_poskos(load_province(), event, as_of=as_of)
    with as_file(files("ntb_relief.data").joinpath("scenarios", f"{event}.xlsx")) as path:
        name = f"{event} (data {needs.as_of})"
        return read_operation_for(path, poskos=needs.poskos, start=needs.start, name=name, notes=needs.notes)
