"""The words of the command line."""

from __future__ import annotations

import argparse
import math
from typing import Final

from .._version import __version__
from ..data import read_table

_MAX_SECONDS: Final = 86_400


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of ``python -m ntb_relief``."""
    parser = argparse.ArgumentParser(
        prog="ntb-relief",
        description="Rencana distribusi bantuan untuk Nusa Tenggara Barat: siapa menerima apa, dan kendaraan mana yang membawanya.",
    )
    parser.add_argument("--version", action="version", version=f"ntb-relief {__version__}")
    events = [row["event"] for row in read_table("events")]
    commands = parser.add_subparsers(dest="command", required=True, metavar="perintah")

    demo = commands.add_parser("demo", help="rencanakan kejadian yang tertanam dalam paket (stok dan armada diasumsikan)")
    demo.add_argument("--event", choices=events, default=events[0], help="kejadian (bawaan: %(default)s)")
    demo.add_argument("--as-of", metavar="TANGGAL", help="tanggal angka pengungsi, misalnya 2018-08-13 (bawaan: milik kejadian)")
    _add_solving(demo)

    plan = commands.add_parser("plan", help="rencanakan buku kerja kebutuhan (.xlsx) atau dokumen operasi (.json)")
    plan.add_argument("file", metavar="BERKAS")
    _add_solving(plan)

    check = commands.add_parser("check", help="sebut setiap masalah buku kerja menurut lembar dan sel; tidak merencanakan apa pun")
    check.add_argument("file", metavar="BERKAS")

    template = commands.add_parser("template", help="tulis buku kerja kosong untuk diisi")
    template.add_argument("file", metavar="BERKAS")

    schema = commands.add_parser("schema", help="cetak JSON Schema sebuah dokumen")
    schema.add_argument("kind", choices=("operation", "plan"), metavar="{operation,plan}")
    return parser


def _add_solving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=_seconds, default=20.0, metavar="S", help="lama pencarian, detik (bawaan: 20)")
    parser.add_argument(
        "--iterations", type=_iterations, metavar="N", help="batasi dengan jumlah iterasi: seed yang sama memberi rencana yang sama persis"
    )
    parser.add_argument("--seed", type=_count, default=1, metavar="K", help="seed bilangan acak (bawaan: %(default)s)")
    parser.add_argument("-o", "--output", default="out", metavar="FOLDER", help="folder keluaran (bawaan: %(default)s)")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and 0 < seconds <= _MAX_SECONDS):
        message = f"'{text}' is not a number above 0 and at most {_MAX_SECONDS}"
        raise argparse.ArgumentTypeError(message)
    return seconds


def _count(text: str, *, least: int = 0) -> int:
    try:
        count = int(text)
    except ValueError:
        count = -1
    if not least <= count < 2**31:
        message = f"'{text}' is not a whole number between {least} and 2147483647"
        raise argparse.ArgumentTypeError(message)
    return count


def _iterations(text: str) -> int:
    return _count(text, least=1)
