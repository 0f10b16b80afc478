"""Tables for the planner's eye, Indonesian headings: which link matters most, who is cut off, what changed, what to open first."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..data import read_table
from .itinerary import class_name
from .sphere import great_circle_m

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .access_map import KecamatanAccess
    from .criticality import LinkImpact
    from .disruption import EdgeChange
    from .index import Link
    from .network import RoadNetwork
    from .province import Province
    from .restoration import RestorationOrder

_WORDS: Final = {
    "closed": "ditutup", "opened": "dibuka", "slower": "lebih lambat", "faster": "lebih cepat", "restricted": "dibatasi",
    "released": "bebas",
}  # fmt: skip
_MOST_NAMES: Final = 5
_NEAR_M: Final = 20_000


def place_name(province: Province, network: RoadNetwork, node_id: str) -> str:
    """Return what a node is called: its desa, its kecamatan, its port; a junction without a name by the nearest desa."""
    level, _, code = node_id.partition(":")
    if level in {"desa", "kec"} and code in province.places.areas:
        return province.area(code).title
    if level == "port" and code in _port_names():
        return _port_names()[code]
    desa = [one for one in province.desa.values() if one.lon is not None]
    lon, lat = (np.array([getattr(one, side) for one in desa], dtype=np.float64) for side in ("lon", "lat"))
    (row,) = network.index.rows([node_id])
    away_m = great_circle_m(lon=float(network.table.node_lon[row]), lat=float(network.table.node_lat[row]), to_lon=lon, to_lat=lat)
    return f"dekat {desa[int(away_m.argmin())].title}" if away_m.min() <= _NEAR_M else node_id


def link_name(province: Province, network: RoadNetwork, link: Link) -> str:
    """Return what a link is called: the name of its road, or what it is, and the places at its ends."""
    edges = network.index.edges([link])[0]
    told = network.table.road_name[edges[0]] or class_name(network.table.road_class[edges[0]])
    one, other = (place_name(province, network, node) for node in link)
    return f"{told}, {one}" if one == other else f"{told}, {one} - {other}"


@cache
def _port_names() -> dict[str, str]:
    return {row["port"]: row["name"] for row in read_table("ports")}


def criticality_frame(province: Province, network: RoadNetwork, impacts: Iterable[LinkImpact]) -> Any:  # noqa: ANN401 - pandas loads late
    """Return the ranking of links as a DataFrame: whom the loss of each isolates, or the minutes around it.

    Parameters
    ----------
    province : Province
    network : RoadNetwork
    impacts : iterable of LinkImpact
        From `link_criticality`, in its order.
    """
    import pandas as pd

    rows = []
    for rank, one in enumerate(impacts, start=1):
        desa = [province.desa[node[5:]] for node in one.nodes_cut_off if node.startswith("desa:") and node[5:] in province.desa]
        desa.sort(key=lambda area: -(area.population or 0))
        names = [area.title for area in desa[:_MOST_NAMES]]
        more = f" dan {len(desa) - _MOST_NAMES} lagi" if len(desa) > _MOST_NAMES else ""
        minutes = None if one.detour_s is None else round(one.detour_s / 60, 1)
        edges = network.index.edges([one.link])[0]
        rows.append(
            {
                "peringkat": rank,
                "ruas": link_name(province, network, one.link),
                "km": round(int(network.table.length_m[edges[0]]) / 1000, 1),
                "jiwa_terisolasi": one.people_cut_off,
                "desa_terisolasi": len(desa),
                "siapa": ", ".join(names) + more,
                "menit_memutar": minutes,
                "simpul_awal": one.link[0],
                "simpul_akhir": one.link[1],
            }
        )
    columns = ["peringkat", "ruas", "km", "jiwa_terisolasi", "desa_terisolasi", "siapa", "menit_memutar", "simpul_awal", "simpul_akhir"]
    return pd.DataFrame(rows, columns=columns)


def access_frame(rows: Iterable[KecamatanAccess]) -> Any:  # noqa: ANN401
    """Return the access of kecamatan, from `access_changes`, as a DataFrame."""
    import pandas as pd

    told = [
        {
            "kode": one.code,
            "kecamatan": one.name,
            "jiwa": one.people,
            "terjangkau_sebelum": one.reached_before,
            "terjangkau_sesudah": one.reached_after,
            "jiwa_terisolasi": one.people_isolated,
            "desa_terisolasi": len(one.isolated),
            "jam_terjauh_sebelum": _hours(one.longest_before_s),
            "jam_terjauh_sesudah": _hours(one.longest_after_s),
        }
        for one in rows
    ]
    return pd.DataFrame(told)


def changes_frame(province: Province, network: RoadNetwork, changes: Iterable[EdgeChange]) -> Any:  # noqa: ANN401
    """Return what changed, from `network_changes`, as a DataFrame."""
    import pandas as pd

    told = [
        {
            "ruas": link_name(province, network, one.link),
            "perubahan": _WORDS[one.what],
            "kali_lebih_lambat": one.slow_factor[1],
            "kelas_akses": one.access[1],
            "jenis": network.table.kind[one.edge],
        }
        for one in changes
    ]
    return pd.DataFrame(told, columns=["ruas", "perubahan", "kali_lebih_lambat", "kelas_akses", "jenis"])


def restoration_frame(province: Province, network: RoadNetwork, order: RestorationOrder) -> Any:  # noqa: ANN401
    """Return the order of opening links, from `restoration_order`, as a DataFrame."""
    import pandas as pd

    told = [
        {
            "urutan": rank,
            "ruas": link_name(province, network, step.link),
            "selesai_jam": _hours(step.done_s),
            "jiwa_tersambung": step.people_reconnected,
        }
        for rank, step in enumerate(order.steps, start=1)
    ]
    return pd.DataFrame(told, columns=["urutan", "ruas", "selesai_jam", "jiwa_tersambung"])


def _hours(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / 3600, 1)
