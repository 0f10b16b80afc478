"""Places of an operation: poskos that receive, and sites where stock or vehicles stand."""

from __future__ import annotations

from dataclasses import dataclass

from .provenance import UNKNOWN, Provenance


@dataclass(frozen=True, slots=True)
class Posko:
    """A command or relief post (*posko*) that receives goods for the people around it.

    Parameters
    ----------
    id, name : str
    lon, lat : float
        Degrees, EPSG:4326.
    node_id : str
        Node of the road table it is reached at.
    people, households : int
        Persons (*jiwa*) and households (*KK*) it stands for.
    code : str
        Kemendagri code of its desa or kecamatan; empty where given by coordinates.
    provenance : Provenance
        Of the counts; ``synthetic`` where a reported total was shared out by population.
    """

    id: str
    name: str
    lon: float
    lat: float
    node_id: str
    people: int
    households: int
    code: str = ""
    provenance: Provenance = UNKNOWN


@dataclass(frozen=True, slots=True)
class Site:
    """A warehouse (*gudang*), vehicle base (*pangkalan*) or harbour.

    A harbour that is the base of boats is also a transfer point: trucks bring what the boats take on.

    Parameters
    ----------
    id, name : str
    lon, lat : float
        Degrees, EPSG:4326.
    node_id : str
        Node of the road table it is reached at.
    code : str
        Kemendagri code of its kecamatan or desa; may be empty.
    provenance : Provenance
    """

    id: str
    name: str
    lon: float
    lat: float
    node_id: str
    code: str = ""
    provenance: Provenance = UNKNOWN
