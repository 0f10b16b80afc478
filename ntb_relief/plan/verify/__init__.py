"""The independent judge: replays a plan slowly, in plain Python, and lists every rule it breaks.

It knows no kernel, no road network and no solver: only the question (`model`) and the answer (`plan`).
"""

from __future__ import annotations

from .operations import verify
from .routes import verify_routes
from .sites import verify_sites
from .violation import Violation

__all__ = ["Violation", "verify", "verify_routes", "verify_sites"]
