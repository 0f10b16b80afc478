"""What each word of the command line does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import InputError, Issue
from ..units import format_number
from .console import complain, progress_bar, say, stop_on_ctrl_c

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..model.operation import Operation
    from ..plan.operation_plan import OperationPlan
    from ..plan.result import Result

OK: Final = 0
NO_PLAN: Final = 1
BAD_INPUT: Final = 2
_SHOWN: Final = 20


def demo(args: argparse.Namespace) -> int:
    """Plan an embedded event."""
    from ..io.scenario import load_event

    return _solve(load_event(args.event, as_of=args.as_of), args)


def plan(args: argparse.Namespace) -> int:
    """Plan a workbook or an operation document."""
    return _solve(_read(args.file), args)


def check(args: argparse.Namespace) -> int:
    """List every problem of a workbook."""
    from ..io.workbook.reach import unreached_poskos
    from ..io.workbook.read import inspect_workbook

    report = inspect_workbook(args.file)
    for note in report.notes:
        say(f"catatan: {note}")
    if report.operation is None:
        raise InputError(report.issues)
    unreached = unreached_poskos(report.operation)
    for posko in unreached[:_SHOWN]:
        say(f"catatan: posko '{posko.name}' tidak dapat dicapai kendaraan mana pun; akan tercatat 'tidak ada akses'")
    if len(unreached) > _SHOWN:
        say(f"catatan: dan {len(unreached) - _SHOWN} posko lain yang tidak dapat dicapai")
    say(f"Tidak ada masalah: {_size(report.operation)}.")
    return OK


def template(args: argparse.Namespace) -> int:
    """Write an empty workbook; one that somebody has filled in is not replaced."""
    from ..io.files import write_file
    from ..io.workbook.template import template_bytes

    path, data = Path(args.file), template_bytes()
    if path.is_dir() or not path.parent.is_dir():
        raise InputError([Issue(f"file '{path}'", "is a folder or lies in one that does not exist", "give the name of a new .xlsx file")])
    if path.exists() and path.read_bytes() != data:
        raise InputError([Issue(f"file '{path}'", "exists and is not an empty template", "give another name, or move it away")])
    write_file(path, data)
    say(f"Ditulis: {path}")
    return OK


def schema(args: argparse.Namespace) -> int:
    """Print the JSON Schema of a document."""
    from ..io.documents import json_schema

    say(json.dumps(json_schema(args.kind), indent=2, ensure_ascii=False))
    return OK


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "demo": demo,
    "plan": plan,
    "check": check,
    "template": template,
    "schema": schema,
}


def _read(file: str) -> Operation:
    if Path(file).suffix.casefold() == ".json":
        from ..io.documents import operation_from_json

        return operation_from_json(_bytes(Path(file)))
    from ..io.workbook.read import read_operation

    return read_operation(file)


def _bytes(path: Path) -> bytes:
    from ..io.documents.base import MAX_BYTES

    where = f"file '{path.name}'"
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError([Issue(where, "is too large", f"give a document of at most {MAX_BYTES} bytes")])
        return path.read_bytes()
    except OSError as error:
        raise InputError([Issue(where, f"cannot be read ({error.strerror})", "check the name")]) from None


def _solve(operation: Operation, args: argparse.Namespace) -> int:
    from ..io.outputs import check_folder, write_outputs
    from ..solvers.operation import solve_operation
    from ..solvers.stop import MaxIterations, MaxRuntime

    check_folder(args.output)
    say(f"{operation.name}: {_size(operation)}.")
    stop = MaxIterations(args.iterations) if args.iterations else MaxRuntime(args.seconds)
    with progress_bar() as show, stop_on_ctrl_c(show) as tell:
        result = solve_operation(operation, stop=stop, rng=args.seed, on_progress=tell)
    if result.plan is None:
        complain(f"Tidak ada rencana (status {result.status.value}).")
        return NO_PLAN
    files = write_outputs(result, args.output)
    say(result.plan.summary())
    say(result_line(result))
    papers = sum(file.suffix == ".html" and file.parent != Path(args.output) for file in files)
    say(f"Ditulis ke {args.output}: plan.json, plan.xlsx, map.html, {papers} surat jalan.")
    return OK


def _size(operation: Operation) -> str:
    parts = (
        (len(operation.poskos), "posko"),
        (operation.num_people, "jiwa"),
        (len(operation.sites), "gudang dan pangkalan"),
        (len(operation.vehicles), "kendaraan"),
        (len(operation.closures), "ruas terganggu"),
    )
    return ", ".join(f"{format_number(count)} {name}" for count, name in parts)


def result_line(result: Result[OperationPlan]) -> str:
    """Return how the search ended: objective, bound and gap or that they are not proven, seconds, seed, status."""
    from ..plan.result import STATUS_NAMES

    bound = "batas bawah belum terbukti"
    if result.bound is not None and result.gap is not None:
        bound = f"batas bawah {format_number(result.bound)} (selisih {format_number(100 * result.gap, decimals=2)} %)"
    parts = (
        f"Nilai tujuan {format_number(result.objective)}",
        bound,
        f"{format_number(result.seconds, decimals=1)} detik",
        f"{format_number(result.iterations)} iterasi",
        f"seed {result.seed}",
        f"status: {STATUS_NAMES[result.status.value]}",
    )
    return "; ".join(parts)
