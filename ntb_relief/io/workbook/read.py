"""From a workbook to an operation: all sheets read, all issues told at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError, Issue, SchemaError
from ...geo.network import RoadNetwork
from ...model.operation import Operation
from .book import Book
from .catalogue import read_catalogue
from .grid import read_grids
from .people import asking_poskos, read_needs, read_poskos
from .places import PlaceFinder
from .roads import read_closures
from .settings import read_settings
from .sheets import CLOSURES, FLEET, NEEDS, POSKO, SETTINGS, SITES, STOCK
from .stock import SiteBook, read_supplies, read_vehicles

if TYPE_CHECKING:
    from datetime import datetime

    from ...model.places import Posko


@dataclass(frozen=True, slots=True)
class WorkbookReport:
    """What reading a workbook gave.

    Parameters
    ----------
    operation : Operation or None
        None where there are issues.
    issues : tuple of Issue
        Everything that must be mended.
    notes : tuple of str
        Everything that was guessed, Indonesian; the operation carries them too.
    """

    operation: Operation | None
    issues: tuple[Issue, ...]
    notes: tuple[str, ...]


def read_operation(path: str | Path) -> Operation:
    """Return the operation of a workbook.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` file in the form `write_template` gives; order of columns, spelling of headings and titles above
        them are free.

    Raises
    ------
    SchemaError
        Where the file cannot be read at all: missing, encrypted, damaged, too large.
    InputError
        With every problem found, each with sheet and cell.
    """
    report = _report(Book(read_grids(path)), _Question(Path(path).stem))
    if report.operation is None:
        raise InputError(report.issues)
    return report.operation


def check_workbook(path: str | Path) -> tuple[Issue, ...]:
    """Return every problem of a workbook, by sheet and cell; an empty tuple where it can be planned."""
    return inspect_workbook(path).issues


def inspect_workbook(path: str | Path) -> WorkbookReport:
    """Return the operation of a workbook with all issues and notes; problems are never raised."""
    try:
        grids = read_grids(path)
    except SchemaError as error:
        return WorkbookReport(None, error.issues, ())
    return _report(Book(grids), _Question(Path(path).stem))


def read_operation_for(
    path: str | Path, *, poskos: tuple[Posko, ...], start: datetime, name: str, notes: tuple[str, ...] = ()
) -> Operation:
    """Return the operation of a workbook's stock, fleet, roads and rates for poskos from elsewhere.

    Parameters
    ----------
    path : str or Path
    poskos : tuple of Posko
        In place of the sheets of poskos and needs; what they need follows from the rates.
    start : datetime
        In place of the workbook's, with UTC offset.
    name : str
    notes : tuple of str
        Stand before the workbook's own.

    Raises
    ------
    SchemaError, InputError
        As `read_operation`.
    """
    report = _report(Book(read_grids(path)), _Question(name, start, poskos, notes))
    if report.operation is None:
        raise InputError(report.issues)
    return report.operation


@dataclass(frozen=True, slots=True)
class _Question:
    """What is given beside the workbook; None is read from it."""

    name: str
    start: datetime | None = None
    poskos: tuple[Posko, ...] | None = None
    notes: tuple[str, ...] = ()


def _report(book: Book, question: _Question) -> WorkbookReport:
    operation = _operation(book, question)
    return WorkbookReport(None if book.issues else operation, book.issues, book.reader.notes.lines())


def _operation(book: Book, question: _Question) -> Operation | None:
    reader = book.reader
    for sheet in (SETTINGS, POSKO, STOCK, FLEET) if question.poskos is None else (STOCK, FLEET):
        book.require(sheet.name)
    settings = read_settings(book.rows(SETTINGS.name), reader, name=question.name, start=question.start)
    catalogue = read_catalogue(book, uses_rates=settings.uses_rates)
    finder = PlaceFinder(reader)
    asked = book.rows(NEEDS.name) if question.poskos is None else ()
    poskos = question.poskos
    if poskos is None:
        poskos = read_poskos(book.rows(POSKO.name), finder, reader, asking=asking_poskos(asked, reader))
    needs = read_needs(asked, poskos, catalogue, settings, reader)
    sites = SiteBook(book.rows(SITES.name), finder, reader)
    supplies = read_supplies(book.rows(STOCK.name), sites, catalogue, reader)
    vehicles = read_vehicles(book.rows(FLEET.name), sites, catalogue, reader, start=settings.start)
    closures = read_closures(book.rows(CLOSURES.name), finder, reader)
    if reader.log.issues:
        return None
    network = RoadNetwork.from_ntb()
    try:
        return Operation(
            name=settings.name,
            start=settings.start,
            horizon_s=settings.horizon_s,
            items=catalogue.items,
            rates=catalogue.rates,
            poskos=poskos,
            sites=sites.sites,
            needs=needs,
            supplies=supplies,
            fleet_types=catalogue.fleet_types,
            vehicles=vehicles,
            closures=closures,
            roads=network.table,
            crossings=network.crossings,
            profiles=network.profiles,
            notes=(*question.notes, *settings.notes, *reader.notes.lines()),
        )
    except InputError as error:
        reader.log.issues.extend(error.issues)
        return None
