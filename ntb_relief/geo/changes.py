"""What changed between two matrices: which legs got longer, shorter, lost or possible again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import IssueLog
from ..model.travel import UNREACHABLE

if TYPE_CHECKING:
    from ..model.travel import TravelMatrix


@dataclass(frozen=True, slots=True)
class LegChange:
    """One leg that takes another time than before.

    Parameters
    ----------
    from_place, to_place : str
    before_s, after_s : int or None
        None where there is no way.
    """

    from_place: str
    to_place: str
    before_s: int | None
    after_s: int | None


def matrix_changes(before: TravelMatrix, after: TravelMatrix) -> tuple[LegChange, ...]:
    """Return the legs whose time changed: first those that were lost, then the longest delays, at last those possible again.

    Parameters
    ----------
    before, after : TravelMatrix
        Of the same places in the same order.

    Raises
    ------
    InputError
        Where the places differ.

    Examples
    --------
    >>> from ntb_relief import RoadNetwork, travel_matrix
    >>> network, places = RoadNetwork.from_ntb(), {"mataram": "kec:52.71.05", "bima": "kec:52.72.05"}
    >>> now = travel_matrix(network.without([("port:KAYANGAN", "port:POTOTANO")]), places=places, profile="4wd")
    >>> [(leg.from_place, leg.after_s) for leg in matrix_changes(travel_matrix(network, places=places, profile="4wd"), now)]
    [('mataram', None), ('bima', None)]
    """
    if before.place_ids != after.place_ids:
        log = IssueLog()
        log.add("matrices", "have other places, or another order of them", "make both with the same `places`")
        log.raise_if_any()
    rows, columns = np.nonzero(before.duration_s != after.duration_s)
    was, now = before.duration_s[rows, columns], after.duration_s[rows, columns]
    group = np.where(now == UNREACHABLE, 0, np.where(was == UNREACHABLE, 2, 1))
    delay_s = np.where(group == 1, now - was, 0)
    order = np.lexsort((columns, rows, -delay_s, group))
    ids = before.place_ids
    return tuple(LegChange(ids[rows[leg]], ids[columns[leg]], _seconds(int(was[leg])), _seconds(int(now[leg]))) for leg in order.tolist())


def _seconds(value: int) -> int | None:
    return None if value == UNREACHABLE else value
