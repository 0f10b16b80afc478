"""Finds the instances of families in their folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from .errors import InstanceError
from .families import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

Entry = TypeVar("Entry")
_ROOT: Final = Path(__file__).resolve().parents[1]


def find_files(folder: Path | None, *, sets: Sequence[str] | None = None, most: int | None = None) -> list[Path]:
    """Return the instances of families, small ones first.

    Parameters
    ----------
    folder : Path or None
        Holds one folder a family. None: ``routing`` in the folder named by the environment variable
        ``NTB_RELIEF_INSTANCES``, else in ``../shared/instances``, else the project's own tiny ones.
    sets : sequence of str, optional
        Families; None means all that are there.
    most : int, optional
        At most so many a family, spread evenly from the smallest to the largest.

    Raises
    ------
    InstanceError
        Where there are none.
    """
    root = folder or default_folder("routing")
    found = []
    for family in sets or FAMILIES:
        if family not in FAMILIES:
            message = f"{family} is no family of routing"
            raise InstanceError(message)
        suffixes = FAMILIES[family].suffixes
        # Some families sort their files into folders of their own.
        files = [path for path in (root / family).rglob("*") if path.suffix in suffixes]
        files.sort(key=lambda path: (path.stat().st_size, path.name))
        if not files and sets:
            message = f"{root / family} holds no instances"
            raise InstanceError(message)
        found.extend(spread(files, most))
    if not found:
        message = f"{root} holds no folder of a family ({', '.join(FAMILIES)})"
        raise InstanceError(message)
    return found


def default_folder(half: str) -> Path:
    """Return where the instances of a half, ``routing`` or ``location``, are: see `find_files`."""
    named = os.environ.get("NTB_RELIEF_INSTANCES")
    choices = [Path(named)] if named else [_ROOT.parent / "shared" / "instances", _ROOT / "tests" / "instances"]
    return next((choice / half for choice in choices if (choice / half).is_dir()), choices[-1] / half)


def spread(files: list[Entry], most: int | None) -> list[Entry]:
    """Return at most so many entries, spread evenly over the list."""
    if most is None or len(files) <= most:
        return files
    if most == 1:
        return [files[len(files) // 2]]
    return [files[round(step * (len(files) - 1) / (most - 1))] for step in range(most)]
