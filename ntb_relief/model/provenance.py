"""Where a fact comes from: travels with every need, stock and default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provenance:
    """Source, date and trust of one fact.

    Parameters
    ----------
    source : str
        Report, file and cell, or rule.
    as_of : str
        Date the fact was true, ISO 8601; empty where unknown.
    confidence : str
        ``reported``, ``derived``, ``assumed``, ``synthetic``, ``user`` or empty.
    """

    source: str = ""
    as_of: str = ""
    confidence: str = ""


UNKNOWN = Provenance()
