"""Write the default scenarios of the demo: stock and fleet of every embedded event, all of it assumed.

Run from the project's folder: ``python -m tools.make_scenarios``. Stock is a share of what the event's people need in one
day, split over the warehouses of the table ``warehouses``; the fleet is a few dozen vehicles at these warehouses and at
the harbours of the islands. The workbooks have the form every planner fills in.
"""

# ruff: noqa: INP001 - a script of the tree, never installed
from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ntb_relief.data import read_table
from ntb_relief.geo.events import event_poskos
from ntb_relief.geo.province import load_province
from ntb_relief.io.defaults import default_fleet_types, default_items, default_rates
from ntb_relief.io.excel import new_workbook, workbook_bytes
from ntb_relief.io.files import write_file
from ntb_relief.io.workbook.render import draw_sheet
from ntb_relief.io.workbook.settings import NOTE
from ntb_relief.io.workbook.sheets import FLEET, SETTINGS, SHEETS, SITES, STOCK
from ntb_relief.io.workbook.template import draw_guide, example_of
from ntb_relief.model.needs import needs_from_rates

if TYPE_CHECKING:
    from ntb_relief.io.workbook.rows import SheetRow

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "ntb_relief" / "data" / "scenarios"
ROUND_TO = 50
"""Stock is rounded down to this many units: nobody's assumption is more exact."""


@dataclass(frozen=True)
class Harbour:
    """Where boats are based: id, name and place as written in the workbook."""

    id: str
    name: str
    place: str


@dataclass(frozen=True)
class Scenario:
    """The assumptions of one event.

    Parameters
    ----------
    stock : dict of str to float
        Stock of each item as a share of one day's need.
    rice, other : dict of str to int
        Per cent of the stock at each warehouse.
    fleet : dict of str to dict of str to int
        Vehicles by type and base.
    harbours : tuple of Harbour
    """

    stock: dict[str, float]
    rice: dict[str, int]
    other: dict[str, int]
    fleet: dict[str, dict[str, int]]
    harbours: tuple[Harbour, ...] = ()


# Food and water come first, tents last, as in the reports of 2018; together 38 % of the weight.
_STOCK = {
    "rice": 0.55, "drinking_water": 0.42, "ready_meal": 0.30, "tarpaulin": 0.40, "blanket": 0.50,
    "mat": 0.35, "hygiene_kit": 0.40, "family_tent": 0.30, "kitchen_set": 0.35, "jerrycan": 0.60,
}  # fmt: skip

SCENARIOS = {
    "lombok-2018": Scenario(
        stock=_STOCK,
        rice={"BULOG-MTR": 45, "BULOG-LOTIM": 25, "BPBD-KLU": 12, "BULOG-SBW": 10, "BPBD-NTB": 8},
        other={"BPBD-NTB": 40, "BPBD-KLU": 20, "BPBD-LOTIM": 15, "BPBD-LOBAR": 12, "BPBD-MTR": 5, "BPBD-LOTENG": 5, "BPBD-KSB": 3},
        fleet={
            "heavy_truck": {"BPBD-NTB": 4, "BULOG-MTR": 3, "BULOG-LOTIM": 2, "BPBD-LOTIM": 2},
            "light_truck": {
                "BPBD-NTB": 4, "BPBD-KLU": 5, "BPBD-LOTIM": 3, "BPBD-LOBAR": 3, "BPBD-MTR": 2, "BPBD-LOTENG": 1,
                "BPBD-KSB": 2, "BULOG-SBW": 2,
            },
            "pickup_4wd": {"BPBD-KLU": 5, "BPBD-LOTIM": 3, "BPBD-LOBAR": 2, "BPBD-NTB": 2},
            "motorbike": {"BPBD-KLU": 4, "BPBD-LOTIM": 3, "BPBD-LOBAR": 2},
            "boat": {"BANGSAL": 3, "TANJUNGLUAR": 2, "SEKOTONG": 1},
        },
        harbours=(
            Harbour("BANGSAL", "Pelabuhan Bangsal", "Pelabuhan Bangsal"),
            Harbour("TANJUNGLUAR", "Pelabuhan Tanjung Luar", "Pelabuhan Tanjung Luar"),
            Harbour("SEKOTONG", "Dermaga Sekotong", "Kec. Sekotong"),
        ),
    ),
    "bima-2016": Scenario(
        stock=_STOCK,
        rice={"BULOG-BIMA": 70, "BPBD-KOBI": 15, "BPBD-DOMPU": 15},
        other={"BPBD-KOBI": 40, "BPBD-BIMA": 35, "BPBD-DOMPU": 25},
        fleet={
            "heavy_truck": {"BULOG-BIMA": 2, "BPBD-DOMPU": 1},
            "light_truck": {"BPBD-KOBI": 5, "BPBD-BIMA": 5, "BPBD-DOMPU": 3},
            "pickup_4wd": {"BPBD-KOBI": 4, "BPBD-BIMA": 3},
            "motorbike": {"BPBD-KOBI": 4},
        },
    ),
    "mataram-2025": Scenario(
        stock=_STOCK,
        rice={"BULOG-MTR": 80, "BPBD-NTB": 20},
        other={"BPBD-MTR": 40, "BPBD-NTB": 35, "BPBD-LOBAR": 25},
        fleet={
            "heavy_truck": {"BULOG-MTR": 1},
            "light_truck": {"BPBD-MTR": 4, "BPBD-NTB": 3, "BPBD-LOBAR": 2},
            "pickup_4wd": {"BPBD-MTR": 4, "BPBD-NTB": 2},
            "motorbike": {"BPBD-MTR": 6},
        },
    ),
}  # fmt: skip


def scenario_bytes(event: str) -> bytes:
    """Return the workbook of one event's stock and fleet."""
    scenario = SCENARIOS[event]
    rows: dict[str, list[SheetRow]] = {
        SETTINGS.name: [
            {"key": NOTE, "value": f"Stok dan armada {event} adalah ASUMSI (assumed), bukan catatan; ganti dengan data sendiri."},
        ],
        SITES.name: _sites(scenario),
        STOCK.name: _stock(event, scenario),
        FLEET.name: _fleet(scenario),
    }
    book = new_workbook()
    draw_guide(book)
    for sheet in SHEETS:
        draw_sheet(book, sheet, rows.get(sheet.name, []), examples=[example_of(sheet)])
    return workbook_bytes(book)


def _sites(scenario: Scenario) -> list[SheetRow]:
    used = {name for shares in (scenario.rice, scenario.other, *scenario.fleet.values()) for name in shares}
    stores: list[SheetRow] = [
        {"id": row["warehouse"], "name": row["name"], "place": row["kecamatan_code"], "source": row["source"], "confidence": "assumed"}
        for row in read_table("warehouses")
        if row["warehouse"] in used
    ]
    harbours: list[SheetRow] = [
        {"id": harbour.id, "name": harbour.name, "place": harbour.place, "source": "pangkalan perahu diasumsikan", "confidence": "assumed"}
        for harbour in scenario.harbours
    ]
    return stores + harbours


def _stock(event: str, scenario: Scenario) -> list[SheetRow]:
    poskos = event_poskos(load_province(), event).poskos
    needs = needs_from_rates(poskos, items=default_items(), rates=default_rates())
    owners = {row["warehouse"]: _owner(row["name"], row["owner"]) for row in read_table("warehouses")}
    rows: list[SheetRow] = []
    for item in default_items():
        needed = sum(need.quantity for need in needs if need.item_id == item.id)
        share = scenario.stock.get(item.id, 0)
        for site, percent in (scenario.rice if item.id == "rice" else scenario.other).items():
            quantity = int(needed * share * percent / 100) // ROUND_TO * ROUND_TO
            source = f"asumsi: {share:.0%} kebutuhan sehari {event}, {percent} % di gudang ini"
            row: SheetRow = {
                "site": site,
                "owner": owners[site],
                "item": item.name,
                "quantity": quantity,
                "source": source,
                "confidence": "assumed",
            }
            if quantity:
                rows.append(row)
    return rows


def _owner(name: str, owner: str) -> str:
    return "Perum Bulog" if owner == "bulog" else name.removeprefix("Gudang ")


def _fleet(scenario: Scenario) -> list[SheetRow]:
    names = {kind.id: kind.name for kind in default_fleet_types()}
    return [
        {"vehicle": f"{names[kind]} {base.removeprefix('BPBD-')}", "type": names[kind], "count": count, "base": base}
        for kind, bases in scenario.fleet.items()
        for base, count in bases.items()
    ]


def main() -> None:
    """Write all scenarios."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for event in SCENARIOS:
        write_file(FOLDER / f"{event}.xlsx", scenario_bytes(event))
        sys.stdout.write(f"{event}.xlsx\n")


if __name__ == "__main__":
    main()
