"""The three levels of administration below the province: kabupaten and kota, kecamatan, desa and kelurahan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One administrative area.

    Parameters
    ----------
    code : str
        Kemendagri code with dots, e.g. ``"52.08.02"``.
    name : str
        Without its level: ``"Gangga"``.
    lon, lat : float or None
        A point inside, degrees EPSG:4326; None where no source gives one.
    population, households : int or None
        Persons (*jiwa*) and households (*KK*) by Dukcapil, undated; None where not counted apart from the parent desa.
    source, confidence : str
        Where the row comes from and how far to trust it.
    """

    code: str
    name: str
    lon: float | None
    lat: float | None
    population: int | None
    households: int | None
    source: str = ""
    confidence: str = ""

    @property
    def kind(self) -> str:
        """Level: ``kabupaten`` (kota too), ``kecamatan`` or ``desa`` (kelurahan too)."""
        return type(self).__name__.lower()

    @property
    def title(self) -> str:
        """Name with its level, as written in NTB: ``"Kec. Gangga"``."""
        return self.name

    @property
    def parent_code(self) -> str:
        """Code one level up; the province (``"52"``) for a kabupaten."""
        return self.code.rpartition(".")[0]

    @property
    def node_id(self) -> str | None:
        """Node of the road network at the point; None where there is no point."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kabupaten(Area):
    """A kabupaten or kota; its point is the seat kecamatan's.

    Parameters
    ----------
    type : str
        ``kabupaten`` or ``kota``.
    seat_code : str
        Kecamatan of its seat.
    population_2025 : int
        Kemendagri, first half of 2025: later than `population`, and not its sum.
    """

    type: str
    seat_code: str
    population_2025: int

    @property
    def title(self) -> str:
        """``"Kab. Lombok Utara"`` or ``"Kota Bima"``."""
        return f"{'Kota' if self.type == 'kota' else 'Kab.'} {self.name}"

    @property
    def node_id(self) -> str:
        """Node of the seat kecamatan."""
        return f"kec:{self.seat_code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kecamatan(Area):
    """A kecamatan (district); its point is its seat, often guessed from the population."""

    @property
    def title(self) -> str:
        """``"Kec. Gangga"``."""
        return f"Kec. {self.name}"

    @property
    def node_id(self) -> str:
        """Node of the seat."""
        return f"kec:{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desa(Area):
    """A desa (village) or kelurahan (urban village).

    Parameters
    ----------
    type : str
        ``desa`` or ``kelurahan``.
    """

    type: str

    @property
    def title(self) -> str:
        """``"Desa Gondang"`` or ``"Kel. Mpunda"``."""
        return f"{'Kel.' if self.type == 'kelurahan' else 'Desa'} {self.name}"

    @property
    def node_id(self) -> str | None:
        """Node of the village; None where it has no point."""
        return None if self.lon is None else f"desa:{self.code}"
