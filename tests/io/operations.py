"""Random operations on the embedded network, with names that try to break files."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from ntb_relief.geo.network import RoadNetwork
from ntb_relief.geo.province import load_province
from ntb_relief.io.workbook.headings import heading_key
from ntb_relief.model.fleet import FleetType, Vehicle
from ntb_relief.model.items import PER, Item, NeedRate
from ntb_relief.model.needs import Need, Supply
from ntb_relief.model.operation import Closure, Operation
from ntb_relief.model.places import Posko, Site
from ntb_relief.model.provenance import Provenance
from ntb_relief.units import DAY_S, WITA

NASTY = (
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+62 812",
    "-5",
    "@posko",
    "<script>alert(1)</script>",
    "#REF!",
    "007",
    "2018-08-11",
    "1.250",
    "ya",
    "&amp;",
    "'x",
    "52.08",
)

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8),
    st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1, max_size=12).map(str.strip).filter(bool),
).filter(lambda text: heading_key(text) not in {"total", "jumlah"} and not text.upper().startswith("CONTOH:"))
provenances = st.builds(
    Provenance,
    source=texts | st.just(""),
    as_of=st.sampled_from(["", "2018-08-11", "Agustus 2018"]),
    confidence=st.sampled_from(["", "assumed", "reported"]),
)
amounts = st.floats(0.001, 1e6, allow_nan=False) | st.integers(1, 10**6)


def _places():
    network = RoadNetwork.from_ntb()
    table = network.table
    areas = [area for area in (*load_province().kecamatan.values(), *load_province().desa.values()) if area.node_id]
    by_area = st.sampled_from(areas).map(lambda area: {"lon": area.lon, "lat": area.lat, "node_id": area.node_id, "code": area.code})
    rows = st.integers(0, len(table.node_ids) - 1)
    by_node = rows.map(
        lambda row: {"lon": float(table.node_lon[row]), "lat": float(table.node_lat[row]), "node_id": table.node_ids[row], "code": ""}
    )
    by_point = st.builds(
        lambda lon, lat, row, code: {"lon": lon, "lat": lat, "node_id": table.node_ids[row], "code": code},
        st.floats(115.8, 119.2),
        st.floats(-9.2, -8.1),
        rows,
        st.sampled_from(["", "52.08.02", "52.71"]),
    )
    return by_area | by_node | by_point


@st.composite
def ntb_operations(draw) -> Operation:
    """Draw an operation that a workbook can hold."""
    network = RoadNetwork.from_ntb()
    ids = draw(st.lists(texts, min_size=4, max_size=9, unique_by=(lambda x: x, heading_key)))
    num_poskos = draw(st.integers(1, len(ids) - 2))
    counts = st.integers(0, 10**6)
    poskos = []
    for posko_id in ids[:num_poskos]:
        households = draw(st.integers(1, 10**5))
        people = draw(st.integers(households, 12 * households))
        poskos.append(Posko(posko_id, draw(texts), **draw(_places()), people=people, households=households, provenance=draw(provenances)))
    sites = [Site(site_id, draw(texts), **draw(_places()), provenance=draw(provenances)) for site_id in ids[num_poskos:]]
    item_ids = draw(st.lists(texts, min_size=1, max_size=4, unique=True))
    items = [
        Item(item_id, draw(texts), draw(texts), draw(amounts), draw(amounts), draw(st.integers(1, 5)), draw(provenances))
        for item_id in item_ids
    ]
    rates = [
        NeedRate(item_id, draw(st.floats(0, 100)), draw(st.sampled_from(PER)), draw(provenances))
        for item_id in item_ids
        if draw(st.booleans())
    ]
    type_ids = draw(st.lists(texts, min_size=1, max_size=3, unique=True))
    seconds = st.integers(0, 10**5)
    types = [
        FleetType(
            type_id, draw(texts), draw(st.sampled_from(sorted(network.profiles))), draw(amounts), draw(amounts),
            draw(counts), draw(counts), draw(counts), draw(seconds), draw(seconds), draw(st.integers(1, 10**5)), draw(provenances),
        )
        for type_id in type_ids
    ]  # fmt: skip
    pairs = [(posko.id, item.id) for posko in poskos for item in items]
    needs = [Need(*pair, draw(counts), draw(st.integers(1, 9)), draw(provenances)) for pair in pairs if draw(st.booleans())]
    stocks = draw(
        st.lists(st.tuples(st.sampled_from([x.id for x in sites]), st.sampled_from(item_ids), texts), min_size=1, max_size=5, unique=True)
    )
    links = draw(
        st.lists(st.sampled_from([tuple(link) for link in network.index.edges_by_link if len(link) == 2]), max_size=3, unique_by=frozenset)
    )
    labels = draw(st.lists(texts, min_size=1, max_size=5, unique=True))
    return Operation(
        name=draw(texts),
        start=datetime(2018, 8, 12, 6, tzinfo=WITA) + timedelta(seconds=draw(st.integers(0, 10**8))),
        horizon_s=draw(st.integers(1, 5 * DAY_S)),
        items=tuple(items),
        rates=tuple(rates),
        poskos=tuple(poskos),
        sites=tuple(sites),
        needs=tuple(needs),
        supplies=tuple(Supply(site, item, draw(counts), owner, draw(provenances)) for site, item, owner in stocks),
        fleet_types=tuple(types),
        vehicles=tuple(
            Vehicle(label, draw(st.sampled_from(type_ids)), draw(st.sampled_from(sites)).id, draw(st.integers(0, DAY_S)))
            for label in labels
        ),
        closures=tuple(_closure(draw, network, link) for link in links),
        roads=network.table,
        crossings=network.crossings,
        profiles=network.profiles,
        notes=tuple(draw(st.lists(texts, max_size=2))),
    )


def _closure(draw, network, link):
    is_ferry = any(network.table.kind[edge] == "ferry" for edge in network.index.edges_by_link[frozenset(link)])
    factor = None if is_ferry else draw(st.none() | st.floats(1, 50) | st.integers(1, 9))
    return Closure(*link, factor, draw(texts | st.just("")), draw(provenances))
