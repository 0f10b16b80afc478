"""The Indonesian words of reports and maps."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from ...data import read_table
from ...units import format_number
from ..operation_plan import Cause

if TYPE_CHECKING:
    from ...model.items import Item

CAUSE_NAMES: Final = {
    Cause.NO_STOCK: "stok habis",
    Cause.NO_ACCESS: "tidak ada akses jalan",
    Cause.NO_VEHICLE: "kendaraan kurang",
    Cause.TOO_LATE: "waktu tidak cukup",
    Cause.LOWER_PRIORITY: "kalah prioritas",
    Cause.TOO_COSTLY: "biaya angkut terlalu besar",
}
"""Cause of a shortfall as papers print it."""

_TONNE_KG: Final = 1000


@cache
def area_name(code: str) -> str:
    """Return the name of a kabupaten or kecamatan by the first numbers of its Kemendagri code; the code where it is not known.

    Examples
    --------
    >>> area_name("52.08"), area_name("52.71"), area_name("52.08.02"), area_name("99")
    ('Kab. Lombok Utara', 'Kota Mataram', 'Kec. Gangga', '99')
    """
    for row in read_table("kabupaten"):
        if row["code"] == code:
            return f"{'Kota' if row['type'] == 'kota' else 'Kab.'} {row['name']}"
    for row in read_table("kecamatan"):
        if row["code"] == code:
            return f"Kec. {row['name']}"
    return code


def kabupaten_code(code: str) -> str:
    """Return the kabupaten part of a Kemendagri code.

    Examples
    --------
    >>> kabupaten_code("52.08.02.2001")
    '52.08'
    """
    return ".".join(code.split(".")[:2])


def kecamatan_code(code: str) -> str:
    """Return the kecamatan part of a Kemendagri code; empty where the code ends above it.

    Examples
    --------
    >>> kecamatan_code("52.08.02.2001"), kecamatan_code("52.08")
    ('52.08.02', '')
    """
    parts = code.split(".")
    return ".".join(parts[:3]) if len(parts) >= len(("province", "kabupaten", "kecamatan")) else ""


def format_mass(mass_kg: float) -> str:
    """Return kilograms, or tonnes from one tonne up.

    Examples
    --------
    >>> format_mass(12345), format_mass(80.4)
    ('12,3 t', '80 kg')
    """
    return f"{format_number(mass_kg / _TONNE_KG, decimals=1)} t" if mass_kg >= _TONNE_KG else f"{format_number(mass_kg)} kg"


def format_goods(item: Item, quantity: int) -> str:
    """Return a quantity as people say it: by weight where the item is counted in kilograms, else in its unit with the weight.

    Examples
    --------
    >>> from ntb_relief.model.items import Item
    >>> format_goods(Item("rice", "Beras", "kg", 1, 1.33, 1), 12_000)
    '12,0 t'
    >>> format_goods(Item("tarpaulin", "Terpal", "lembar", 4.2, 11.2, 2), 500)
    '500 lembar (2,1 t)'
    """
    weight = format_mass(quantity * item.mass_kg)
    return weight if item.unit == "kg" else f"{format_number(quantity)} {item.unit} ({weight})"


def format_percent(share: float) -> str:
    """Return a share as a whole per cent, never rounded up to 100.

    Examples
    --------
    >>> format_percent(0.9999), format_percent(1)
    ('99 %', '100 %')
    """
    percent = round(share * 100)
    return f"{percent if share >= 1 else min(percent, 99)} %"
