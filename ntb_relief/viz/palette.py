"""Colours of maps and charts, told apart also by colour-blind eyes.

Categories after Okabe & Ito, "Color Universal Design" (2008), without its yellow, which is lost on paper; the scale of
shares after ColorBrewer's RdYlBu (Harrower & Brewer 2003), which its authors mark as colour-blind safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..model.operation import Operation

TYPE_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#5D3A9B", "#8C510A", "#56B4E9", "#000000")
"""One a vehicle type, in the order of the operation; they begin again after the last."""

SHARE_COLOURS: Final = (
    (0.0, "#a50026", "tidak ada kiriman"),
    (0.25, "#f46d43", "sampai 25 %"),
    (0.5, "#fee090", "sampai 50 %"),
    (0.75, "#abd9e9", "sampai 75 %"),
    (1.0, "#74add1", "di bawah 100 %"),
)
"""Upper end of the satisfied share, colour, label; `FULL` above them."""

FULL: Final = ("#313695", "terpenuhi")
UNKNOWN_SHARE: Final = "#bdbdbd"

ACTION_COLOURS: Final = {"load": "#0072B2", "drive": "#999999", "ferry": "#56B4E9", "unload": "#009E73", "wait": "#F0E442"}
"""What a vehicle does, on the timeline."""


def share_class(share: float) -> int:
    """Return the row of a satisfied share in `SHARE_COLOURS`; the row after the last where the need is met.

    Examples
    --------
    >>> [share_class(x) for x in (0, 0.01, 0.5, 0.999, 1)]
    [0, 1, 2, 4, 5]
    """
    if share >= 1:
        return len(SHARE_COLOURS)
    return next(row for row, (limit, _, _) in enumerate(SHARE_COLOURS) if share <= limit)


def type_colours(operation: Operation) -> dict[str, str]:
    """Return a colour for each vehicle type, by its id."""
    return {kind.id: TYPE_COLOURS[row % len(TYPE_COLOURS)] for row, kind in enumerate(operation.fleet_types)}
