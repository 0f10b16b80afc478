"""Limits for files from anywhere: a workbook is a zip of XML, and both can be built to do harm."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Final, NoReturn

from ...errors import Issue, SchemaError

MAX_FILE_MB: Final = 20
MAX_UNPACKED_MB: Final = 200
MAX_RATIO: Final = 150
"""Unpacked size over packed size; checked above 10 MB, as small sheets of equal rows pack well."""
MAX_MEMBERS: Final = 1000
MAX_DEPTH: Final = 40
"""Nesting of XML elements; a workbook needs about ten."""

_MB: Final = 2**20
_RATIO_FROM_MB: Final = 10
_CHUNK: Final = 2**18
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # container of encrypted .xlsx and of old .xls
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


class _HarmfulXmlError(Exception):
    pass


def read_checked_bytes(path: str | Path) -> bytes:
    """Return the bytes of a workbook that is safe to unpack.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    SchemaError
        One issue: the file is missing, too large, encrypted, cut off, no workbook, or packed to do harm.
    """
    file = Path(path)
    where = f"file '{file.name or file}'"
    try:
        size = file.stat().st_size
        if size > MAX_FILE_MB * _MB:
            _refuse(where, f"has {size / _MB:.0f} MB", f"give a workbook of at most {MAX_FILE_MB} MB")
        data = file.read_bytes()
    except OSError as error:
        _refuse(
            where, f"cannot be read ({error.strerror or type(error).__name__})", "check the name and whether another program holds it open"
        )
    _check_kind(data, where=where)
    _check_zip(data, where=where)
    return data


def refuse_damaged(where: str) -> NoReturn:
    """Raise for a workbook whose inside cannot be understood."""
    _refuse(where, "is damaged or not a workbook", "open it in Excel or LibreOffice and save it again as .xlsx")


def _refuse(where: str, what: str, fix: str) -> NoReturn:
    raise SchemaError([Issue(where, what, fix)]) from None


def _check_kind(data: bytes, *, where: str) -> None:
    if not data:
        _refuse(where, "is empty (0 bytes)", "copy it again")
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            _refuse(where, "is encrypted", "take the password off (File > Info > Protect Workbook) and save it again")
        _refuse(where, "is an old .xls workbook", "save it as .xlsx")
    if not data.startswith(b"PK"):
        _refuse(where, "is not an Excel workbook", "save the table as .xlsx")


def _check_zip(data: bytes, *, where: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members, where=where)
            if "xl/workbook.xml" not in archive.namelist():
                _refuse(where, "is a zip file but not an .xlsx workbook", "save the table as .xlsx (not .ods, .xlsb or .zip)")
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _check_xml(archive, member)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, OSError):
        _refuse(where, "is cut off or damaged", "copy it again, or open it in Excel and save it again as .xlsx")
    except RuntimeError:  # zipfile raises this for a member with a password
        _refuse(where, "is encrypted", "take the password off and save it again")
    except _HarmfulXmlError as error:
        _refuse(where, f"holds XML that workbooks never hold ({error})", "save it again from Excel or LibreOffice")


def _check_sizes(members: list[zipfile.ZipInfo], *, where: str) -> None:
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        _refuse(where, f"holds {len(members)} parts", f"give a workbook of at most {MAX_MEMBERS}")
    if unpacked > MAX_UNPACKED_MB * _MB or unpacked > max(_RATIO_FROM_MB * _MB, MAX_RATIO * packed):
        _refuse(where, f"unpacks to {unpacked / _MB:.0f} MB", "delete empty formatted rows and columns, and save it again")


def _check_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse entities and deep nesting before any other parser builds a tree of them."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    depth = 0

    def open_element(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            message = "nested too deeply"
            raise _HarmfulXmlError(message)

    def close_element(_: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse_doctype(*_: object) -> NoReturn:
        message = "a document type"
        raise _HarmfulXmlError(message)

    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003 - expat takes the flag by position
            parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError:
        message = f"{member.filename} is not well-formed"
        raise _HarmfulXmlError(message) from None
