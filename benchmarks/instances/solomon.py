"""Reads Solomon's text form: vehicles and capacity, then one row a location with seven numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import InstanceError
from ..families import Form, find_family
from .instance import FleetType, RoutingInstance, plain_instance

if TYPE_CHECKING:
    from pathlib import Path

_FLEET: Final = re.compile(r"^\s*NUMBER\s+CAPACITY\s+(\d+)\s+(\d+)\s*$", re.MULTILINE | re.IGNORECASE)
_COLUMNS: Final = 7


def read_solomon(path: Path, text: str, *, family: str | None = None) -> RoutingInstance:
    """Return the instance written in `text`.

    Raises
    ------
    InstanceError
        Where the fleet or the rows are missing.
    """
    fleet = _FLEET.search(text)
    if fleet is None:
        message = f"{path}: no line with NUMBER and CAPACITY and two numbers under it"
        raise InstanceError(message)
    rows = [words for words in map(str.split, text[fleet.end() :].splitlines()) if len(words) == _COLUMNS and words[0].isdigit()]
    table = np.array(rows, dtype=np.float64).reshape(-1, _COLUMNS)
    if not np.array_equal(table[:, 0], np.arange(len(table))) or len(table) == 0:
        message = f"{path}: the locations are not numbered 0, 1, 2 ... with seven numbers a row"
        raise InstanceError(message)
    count = int(fleet[1])
    return plain_instance(
        path=path,
        family=find_family(path, form=Form.SOLOMON, name=family),
        num_depots=1,
        coords=table[:, 1:3],
        demands=table[:, 3:4],
        windows=table[:, 4:6],
        service=table[:, 6],
        fleet=(FleetType(count=count, numbers=tuple(range(count)), capacity=(int(fleet[2]),)),),
    )
