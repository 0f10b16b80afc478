"""Prices in whole steps of a problem's cost scale."""

from __future__ import annotations

import warnings
from typing import Final

from ..errors import ReliefWarning

ROUNDING_WARNED: Final = 0.01


def scaled(value: float, scale: int, where: str) -> int:
    """Return a price in steps of 1 / scale; warn where rounding changes it by more than a hundredth."""
    steps = round(value * scale)
    if value and abs(steps / scale - value) > ROUNDING_WARNED * value:
        warnings.warn(f"{where} {value:g} is rounded to {steps / scale:g}; raise cost_scale", ReliefWarning, stacklevel=4)
    return steps
