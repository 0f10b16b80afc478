"""Files: written whole or not at all, under names every system accepts."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Windows refuses these characters and these names, with any ending.
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED: Final = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
_MAX_NAME: Final = 80
# What XML 1.0 (and so a workbook) cannot hold, and halves of surrogate pairs, which UTF-8 cannot.
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_file(path: Path, content: str | bytes) -> None:
    r"""Write a file under a temporary name beside it, then rename it into place.

    Parameters
    ----------
    path : Path
    content : str or bytes
        Text is written as UTF-8 with ``\n`` line ends on every system.

    Raises
    ------
    OSError
        Where the folder is missing or the file is held open by another program.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def clean_text(text: str) -> str:
    r"""Return `text` with the characters a workbook cannot hold replaced by the replacement mark.

    Examples
    --------
    >>> clean_text("Posko\x00 A")
    'Posko� A'
    """
    return _NOT_IN_XML.sub("\ufffd", text)


def safe_name(text: str) -> str:
    """Return a file name without ending, made of `text`, that Windows, macOS and Linux accept.

    Examples
    --------
    >>> safe_name("EA 8123 KL / ../boat?")
    'EA 8123 KL - ..-boat-'
    >>> safe_name("con.txt"), safe_name(" .. "), safe_name("<script>")
    ('_con.txt', 'tanpa nama', '-script-')
    """
    name = _FORBIDDEN.sub("-", clean_text(unicodedata.normalize("NFC", text)))[:_MAX_NAME].strip(" .")
    if name.split(".", 1)[0].strip().casefold() in _RESERVED:
        name = f"_{name}"
    return name or "tanpa nama"


def safe_names(texts: Iterable[str]) -> dict[str, str]:
    """Return one file name a text, all different also where the system ignores case.

    Examples
    --------
    >>> safe_names(["Truk A", "truk a", "truk:a"])
    {'Truk A': 'Truk A', 'truk a': 'truk a (2)', 'truk:a': 'truk-a'}
    """
    names: dict[str, str] = {}
    used: set[str] = set()
    for text in texts:
        name = base = safe_name(text)
        number = 1
        while name.casefold() in used:
            number += 1
            name = f"{base} ({number})"
        used.add(name.casefold())
        names[text] = name
    return names
