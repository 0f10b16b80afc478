"""The independent judge: replays a plan slowly, in plain Python, and lists every rule it breaks.

It knows no kernel, no road network and no solver: only the question (`model`) and the answer (`plan`).
"""

from __future__ import annotations

from .location_routing import verify_location_routing
from .operations import verify
from .routes import verify_routes
from .sites import verify_sites
from .stock import verify_prepositioning
from .violation import Violation

__all__ = ["Violation", "verify", "verify_location_routing", "verify_prepositioning", "verify_routes", "verify_sites"]
