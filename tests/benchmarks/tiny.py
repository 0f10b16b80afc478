"""The tiny files of every family, made for these tests, and where the files of the literature are if they are here."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.families import FAMILIES

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "instances" / "routing"
SHARED = Path(os.environ.get("NTB_RELIEF_INSTANCES", ROOT.parent / "shared" / "instances")) / "routing"
FILES = {
    name: next(path for path in sorted((TINY / name).rglob("*")) if path.suffix in family.suffixes) for name, family in FAMILIES.items()
}
