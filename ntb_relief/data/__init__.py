"""The facts of NTB that ship with the package, and the only two ways to read them.

Tables are CSV with a `source` and a `confidence` column; what each holds, its terms and its gaps stand in ``SOURCES.md``.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from importlib.resources import files

Row = dict[str, str]


@cache
def read_table(name: str) -> tuple[Row, ...]:
    """Return a table as rows of text; an unknown value is an empty string.

    Parameters
    ----------
    name : str
        A table of ``SOURCES.md``: ``"desa"``, ``"network_edges"``, ``"need_rates"`` ...

    Returns
    -------
    tuple of dict of str to str
        `source` is written out (the files hold a key of ``sources.csv``). Rows are shared: do not change them.

    Examples
    --------
    >>> read_table("kabupaten")[7]["name"]
    'Lombok Utara'
    """
    rows = tuple(csv.DictReader(_read(f"{name}.csv").splitlines()))
    if name != "sources":
        titles = {row["source"]: _cite(row) for row in read_table("sources")}
        for row in rows:
            row["source"] = titles[row["source"]]
    return rows


@cache
def read_outline() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return the approximate coast of NTB: one closed ring of (lon, lat) an island, the largest first."""
    rings = json.loads(_read("outline.json"))["rings"]
    return tuple(tuple((float(lon), float(lat)) for lon, lat in ring) for ring in rings)


def _read(filename: str) -> str:
    return files(__package__).joinpath(filename).read_text(encoding="utf-8")


def _cite(source: Row) -> str:
    return f"{source['title']} ({source['url']})" if source["url"] else source["title"]
