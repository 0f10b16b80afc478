"""The province: its areas by code, who lies in whom, and where its land is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ..data import read_table
from ..errors import IssueLog, UnknownReferenceError
from .areas import Area, Desa, Kabupaten, Kecamatan
from .outline import distance_to_land_m
from .places import PlaceIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..data import Row

COAST_MARGIN_M: Final = 5_000
"""The outline is coarse: a point this far off the drawn coast still counts as inside."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Province:
    """Nusa Tenggara Barat: 10 kabupaten and kota, 117 kecamatan, 1,166 desa and kelurahan.

    Parameters
    ----------
    kabupaten, kecamatan, desa : mapping of str to area
        By Kemendagri code, in the order of the codes.
    places : PlaceIndex
        Search by name; `find`, `suggest` and `locate` are its doors.

    Examples
    --------
    >>> province = load_province()
    >>> province.label(province.locate("Desa Gondang, Kec. Gangga"))
    'Desa Gondang, Kec. Gangga, Kab. Lombok Utara'
    """

    kabupaten: Mapping[str, Kabupaten]
    kecamatan: Mapping[str, Kecamatan]
    desa: Mapping[str, Desa]
    places: PlaceIndex

    def area(self, code: str) -> Area:
        """Return the area of a code; `UnknownReferenceError` where there is none."""
        area = self.places.areas.get(code)
        if area is None:
            log = IssueLog()
            log.add(f"code '{code}'", "is not a Kemendagri code of NTB", "write it with dots, e.g. 52.08, 52.08.02 or 52.08.02.2001")
            log.raise_if_any(UnknownReferenceError)
        return self.places.areas[code]

    def parent(self, code: str) -> Area | None:
        """Return the area one level up; None for a kabupaten, whose parent is the province."""
        return self.places.areas.get(self.area(code).parent_code)

    def desa_of(self, code: str) -> tuple[Desa, ...]:
        """Return all desa and kelurahan of a kabupaten, a kecamatan, or the one desa itself."""
        self.area(code)
        return tuple(desa for desa in self.desa.values() if desa.code == code or desa.code.startswith(f"{code}."))

    def label(self, area: Area) -> str:
        """Return the full name: ``"Desa Gondang, Kec. Gangga, Kab. Lombok Utara"``."""
        return self.places.label(area)

    def find(self, text: str) -> tuple[Area, ...]:
        """Return every area a text names, by code, name or both with a qualifier; none where nothing fits exactly.

        Case, accents, spaces and hyphens do not count: ``"kec. gangga"``, ``"Bug Bug, Lombok Barat"``, ``"52.08.02"``.
        """
        return self.places.find(text)

    def suggest(self, text: str) -> tuple[Area, ...]:
        """Return the areas with the closest spellings, best first."""
        return self.places.suggest(text)

    def locate(self, text: str, *, where: str | None = None) -> Area:
        """Return the one area a text names, with a point.

        Parameters
        ----------
        text : str
            As for `find`.
        where : str, optional
            Where the text stands, for the error: ``"sheet 'Posko' cell B4"``.

        Raises
        ------
        UnknownReferenceError
            One issue: the candidates where several areas have the name, the closest spellings where none has it,
            what to give instead where the desa has no point.
        """
        return self.places.locate(text, where=where)

    def is_inside(self, *, lon: float, lat: float) -> bool:
        """Tell whether a point is on the coarse outline of the province or within 5 km of it."""
        return distance_to_land_m(lon=lon, lat=lat) <= COAST_MARGIN_M

    def __repr__(self) -> str:
        return f"Province({len(self.kabupaten)} kabupaten and kota, {len(self.kecamatan)} kecamatan, {len(self.desa)} desa and kelurahan)"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{area.code}</td><td>{area.title}</td><td>{len(self.desa_of(area.code))}</td><td>{area.population:,}</td></tr>"
            for area in self.kabupaten.values()
        )
        return f"<table><thead><tr><th>Kode</th><th>Kabupaten/Kota</th><th>Desa</th><th>Jiwa</th></tr></thead><tbody>{rows}</tbody></table>"


@cache
def load_province() -> Province:
    """Return the embedded province; read once a process."""
    kabupaten = [
        Kabupaten(type=row["type"], seat_code=row["seat_kecamatan_code"], population_2025=int(row["population_2025s1"]), **_common(row))
        for row in read_table("kabupaten")
    ]
    kecamatan = [Kecamatan(**_common(row)) for row in read_table("kecamatan")]
    desa = [Desa(type=row["type"], **_common(row)) for row in read_table("desa")]
    return Province(
        kabupaten={area.code: area for area in kabupaten},
        kecamatan={area.code: area for area in kecamatan},
        desa={area.code: area for area in desa},
        places=PlaceIndex.from_areas([*kabupaten, *kecamatan, *desa]),
    )


def _common(row: Row) -> dict[str, Any]:
    lon, lat, population, households = (row[name] or None for name in ("lon", "lat", "population", "households"))
    return {
        "code": row["code"],
        "name": row["name"],
        "lon": None if lon is None else float(lon),
        "lat": None if lat is None else float(lat),
        "population": None if population is None else int(population),
        "households": None if households is None else int(households),
        "source": row["source"],
        "confidence": row["confidence"],
    }
