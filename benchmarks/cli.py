"""The command line: ``python -m benchmarks route FILE`` and ``python -m benchmarks table routing``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .allocate.run import add_allocate, run_allocate
from .arguments import at_least, count, positive
from .errors import BenchmarkError
from .families import FAMILIES
from .locate.run import SOLVERS as SITING_SOLVERS
from .locate.run import add_locate, run_locate
from .locate.table import SETS as SITING_SETS
from .locate.table import print_siting_table
from .network.run import SOLVERS as NETWORK_SOLVERS
from .network.run import add_network, run_network
from .network.table import STOPS, print_network_table
from .prepose.run import add_prepose, run_prepose
from .route import SOLVERS, run_route
from .table import print_table


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    route = commands.add_parser("route", help="solve one file of a known family and print one line of JSON")
    route.add_argument("file", type=Path)
    route.add_argument("--solver", choices=SOLVERS, default="ntb")
    route.add_argument("--seconds", type=positive, default=10.0, help="search time, compilation and reading left out")
    route.add_argument("--seed", type=at_least(0), default=1)
    route.add_argument("--threads", type=count, default=1)
    route.add_argument("--family", choices=FAMILIES, help="where neither folder nor header tells it rightly")
    route.add_argument("--best-known", type=float, help="instead of the value in the tables beside the file")
    route.add_argument("--solution", type=Path, help="write the routes there in VRPLIB's .sol form, split deliveries with their amounts")
    table = commands.add_parser("table", help="run solvers side by side and print Markdown")
    table.add_argument("subject", choices=["routing", "siting", "network"])
    table.add_argument("--seconds", type=positive, default=10.0)
    table.add_argument("--seeds", type=at_least(0), nargs="+", default=[1])
    table.add_argument("--threads", type=count, default=1)
    engines = list(dict.fromkeys((*SOLVERS, *NETWORK_SOLVERS, *SITING_SOLVERS)))
    table.add_argument("--solvers", choices=engines, nargs="+", help="default: all of the subject")
    table.add_argument("--set", dest="sets", choices=[*FAMILIES, *SITING_SETS], nargs="+", help="families; default: all that are there")
    table.add_argument("--files", type=Path, nargs="+", help="these files instead of whole families")
    table.add_argument("--most", type=count, help="at most so many files a family, from small to large; default: all")
    table.add_argument("--instances", type=Path, help="folder of family folders; default: see benchmarks/RESULTS.md")
    table.add_argument("--jsonl", type=Path, help="also write every run there, one JSON line each")
    table.add_argument("--nodes", type=count, help="network: at most so many, below the bars' own")
    table.add_argument("--stops", type=count, default=STOPS, help="network: sources, and as many targets")
    table.add_argument("--growth", action="store_true", help="network: also the table from 10,000 to 1,000,000 nodes")
    add_network(commands)
    add_locate(commands)
    add_allocate(commands)
    add_prepose(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 2 bad input, 3 not expressible, 4 solver not installed."""
    options = build_parser().parse_args(arguments)
    try:
        if options.command == "network":
            run_network(options)
        elif options.command == "locate":
            run_locate(options)
        elif options.command == "allocate":
            run_allocate(options)
        elif options.command == "prepose":
            run_prepose(options)
        elif options.command == "route":
            record = run_route(
                options.file,
                solver=options.solver,
                seconds=options.seconds,
                seed=options.seed,
                threads=options.threads,
                family=options.family,
                best_known=options.best_known,
                solution=options.solution,
            )
            print(record.to_json())
        elif options.subject == "network":
            print_network_table(options, solvers=options.solvers or NETWORK_SOLVERS)
        elif options.subject == "siting":
            print_siting_table(options, solvers=options.solvers or list(SITING_SOLVERS))
        else:
            options.solvers = options.solvers or list(SOLVERS)
            print_table(options)
    except BenchmarkError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0
