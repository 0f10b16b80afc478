"""OSRM's contraction hierarchy by its own programs and its HTTP table, from the wheel ``osrm-bindings``.

Durations are tenths of a second there, and requests are snapped to roads, so the table is near ours but not equal to it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..errors import BenchmarkError, CannotExpressError, NotInstalledError
from .pbf import write_pbf
from .record import Measured, middle, timed
from .reference import CHECKED_SOURCES, durations, matrix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from .graph import RoadGraph

    Ints = NDArray[np.int64]

_REPEATS: Final = 3
_PATIENCE_S: Final = 600
_PROFILE: Final = """
api_version = 4
function setup()
  return { properties = { weight_name = 'duration', process_call_tagless_node = false, u_turn_penalty = 0,
    traffic_signal_penalty = 0, use_turn_restrictions = false, continue_straight_at_waypoint = false } }
end
function process_node(profile, node, result) end
function process_way(profile, way, result)
  local ms = tonumber(way:get_value_by_key('ms'))
  if ms == nil then return end
  result.forward_mode = mode.driving
  result.backward_mode = mode.driving
  if way:get_value_by_key('oneway') == 'yes' then result.backward_mode = mode.inaccessible end
  result.duration = ms / 1000
end
function process_turn(profile, turn) turn.duration = 0 end
return { setup = setup, process_way = process_way, process_node = process_node, process_turn = process_turn }
"""


def measure(graph: RoadGraph, *, task: str, stops: tuple[Ints, Ints], seed: int, threads: int) -> Measured:
    """Measure a table; OSRM rewrites its files for a closure, which is no like for like."""
    del seed
    if task not in {"table", "build"}:
        message = f"osrm has no {task} without rewriting its files"
        raise CannotExpressError(message)
    programs = _programs()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pbf(graph, folder / "islands.osm.pbf")
        (folder / "profile.lua").write_text(_PROFILE, encoding="utf-8")
        begin = time.perf_counter()
        _run(programs / "osrm-extract", "-p", folder / "profile.lua", "-t", threads, folder / "islands.osm.pbf")
        _run(programs / "osrm-contract", "-t", threads, folder / "islands.osrm")
        build_seconds = time.perf_counter() - begin
        if task == "build":
            return Measured(round(build_seconds * 1000, 3), None, "", build_seconds, 0, build_seconds)
        sources, targets = stops
        with _served(programs / "osrm-routed", folder / "islands.osrm", threads=threads) as address:
            request = _request(graph, sources, targets, address=address)
            answer = _ask(request)
            spent = timed(lambda: _ask(request), repeats=_REPEATS)
    table = 1000 * np.array([[np.nan if cell is None else cell for cell in row] for row in answer["durations"][:CHECKED_SOURCES]])
    expected = durations(matrix(graph), sources=sources[:CHECKED_SOURCES], targets=targets)
    off_pct = float(np.nanmedian(np.abs(table - expected) / np.maximum(expected, 1)) * 100)
    cells = sources.size * targets.size
    return Measured(middle(spent), None, "", build_seconds, 0, sum(spent) / 1000, cells, _REPEATS, {"median_off_pct": round(off_pct, 4)})


def _programs() -> Path:
    """Return the folder of OSRM's programs: ``OSRM_BIN``, or that of the installed wheel."""
    spec = find_spec("osrm")
    known = os.environ.get("OSRM_BIN") or (str(Path(spec.origin).parent / "bin") if spec and spec.origin else "")
    if not known or not (Path(known) / "osrm-routed").exists():
        message = (
            "osrm is not there: pip install osrm-bindings (Python 3.12), or unpack that wheel anywhere "
            "and set OSRM_BIN to its folder osrm/bin; the programs need no Python"
        )
        raise NotInstalledError(message)
    return Path(known)


def _run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=_PATIENCE_S, check=False)  # noqa: S603
    if done.returncode:
        message = f"{command[0]} failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}"
        raise BenchmarkError(message)


@contextmanager
def _served(program: Path, network: Path, *, threads: int) -> Iterator[str]:
    """Serve a network on this machine alone while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--ip", "127.0.0.1", "--port", port, "--threads", threads, "--max-table-size", 1_000_000, "--algorithm", "ch"]
    command = [str(part) for part in (program, *options, network)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = "osrm-routed did not start"
    raise BenchmarkError(message)


def _request(graph: RoadGraph, sources: Ints, targets: Ints, *, address: str) -> str:
    places = ";".join(f"{graph.lon[node]:.7f},{graph.lat[node]:.7f}" for node in (*sources, *targets))
    first = ";".join(map(str, range(sources.size)))
    second = ";".join(map(str, range(sources.size, sources.size + targets.size)))
    return f"{address}/table/v1/driving/{places}?sources={first}&destinations={second}"


def _ask(request: str) -> dict[str, Any]:
    with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - our own server
        found: dict[str, Any] = json.loads(answer.read())
    return found
