"""One HTML page that needs no network: Leaflet, our scripts and the data inside, everything else forbidden.

The data goes in as JSON in which no ``<`` is left, and the scripts put it on the page as text, never as HTML. A content
security policy lets only the page's own scripts run (by their hashes) and lets nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import tempfile
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

_LEAFLET: Final = "leaflet-1.9.4"
PLAN_SCRIPTS: Final = ("dom.js", "base.js", "labels.js", "routes.js", "panel.js", "main.js")
NETWORK_SCRIPTS: Final = ("dom.js", "base.js", "labels.js", "network.js")
_FRAME_HEIGHT: Final = 620


@dataclass(frozen=True, slots=True)
class ReliefMap:
    """A map as one self-contained HTML page.

    Parameters
    ----------
    html : str
        The whole page; it opens with no network.
    title : str
    """

    html: str = field(repr=False)
    title: str

    def save(self, path: str | Path) -> None:
        """Write the page to a temporary file beside `path`, then rename it into place.

        Raises
        ------
        OSError
            Where the folder is missing or may not be written.
        """
        target = Path(path)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(self.html)
            temporary.chmod(0o644)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame that may run its scripts and nothing else."""
        style = f"width:100%;height:{_FRAME_HEIGHT}px;border:1px solid #ccc"
        return f'<iframe sandbox="allow-scripts" style="{style}" title="{escape(self.title)}" srcdoc="{escape(self.html)}"></iframe>'


def render_page(data: dict[str, Any], *, title: str, scripts: tuple[str, ...] = PLAN_SCRIPTS) -> ReliefMap:
    """Return the page that shows `data`.

    Parameters
    ----------
    data : dict
        What the scripts in ``assets`` draw; only JSON types.
    title : str
        Title of the page; any text.
    scripts : tuple of str, optional
        Those of ``assets`` that draw it, in their order.
    """
    clean_title = title.encode("utf-8", "replace").decode("utf-8")
    html = f"""<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(clean_title)}</title>
<style>{_styles()}</style>
</head>
<body>
<div id="map"></div>
<aside id="panel"></aside>
<noscript>Peta ini memerlukan JavaScript.</noscript>
<script type="application/json" id="data">{_to_json(data)}</script>
<script>{_leaflet()}</script>
<script>{_scripts(scripts)}</script>
</body>
</html>
"""
    return ReliefMap(html, clean_title)


def _to_json(data: dict[str, Any]) -> str:
    # ASCII only, so no separator a script could trip over; without "<" no tag and no comment can begin.
    return json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _policy(scripts: tuple[str, ...]) -> str:
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in (_leaflet(), _scripts(scripts)))
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


@cache
def _leaflet() -> str:
    # Its licence travels with every page; the source map beside it is not shipped.
    script = _read("vendor", f"{_LEAFLET}.js").replace("//# sourceMappingURL=leaflet.js.map", "").strip()
    return f"/*\n{_read('vendor', 'LICENSE-leaflet').strip()}\n*/\n{script}\n"


@cache
def _scripts(names: tuple[str, ...] = PLAN_SCRIPTS) -> str:
    return "(() => {\n'use strict';\n" + "\n".join(_read("assets", name) for name in names) + "})();\n"


@cache
def _styles() -> str:
    # Leaflet's own buttons and pins are not used, so their pictures are not shipped.
    leaflet = re.sub(r"url\([^)]*\)", "none", _read("vendor", f"{_LEAFLET}.css"))
    return leaflet + _read("assets", "map.css")


def _read(folder: str, name: str) -> str:
    return files(__package__).joinpath(folder, name).read_text(encoding="utf-8")
