"""Runs told as Markdown: mean gap and wins, by family and solver."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Run = dict[str, Any]
_FOOTNOTE: Final = "\\* No best known cost for some or all of these files: the gap there is to the best feasible cost of these runs."


def to_markdown(runs: Sequence[Run], *, solvers: Sequence[str]) -> str:
    """Return two tables: mean gap and wins, by family and solver.

    The gap is to the best known cost; where none is known, to the best cost of these runs (marked ``*``, with a
    footnote). A win is the
    lowest mean cost on a file, all seeds feasible; solvers that tie win both.
    """
    reference = _references(runs)
    families = list(dict.fromkeys(run["family"] for run in runs))
    gaps: dict[tuple[str, str], list[float]] = defaultdict(list)
    asked: dict[tuple[str, str], int] = defaultdict(int)
    for run in runs:
        cell = run["family"], run["solver"]
        asked[cell] += bool(run.get("is_expressible", True))
        if run["feasible"]:
            gaps[cell].append(100 * (run["objective"] / reference[run["family"], run["instance"]] - 1))
    wins = _wins(runs)
    unknown = {run["family"] for run in runs if run.get("best_known") is None and run["feasible"]}
    files = {family: len({run["instance"] for run in runs if run["family"] == family}) for family in families}
    names = [family + ("*" if family in unknown else "") for family in families]

    def mean_gap(family: str, solver: str) -> str:
        cell = family, solver
        if not asked[cell]:
            return "cannot express"
        text = f"{fmean(gaps[cell]):.2f}" if gaps[cell] else "none feasible"
        return text if len(gaps[cell]) == asked[cell] or not gaps[cell] else f"{text} ({len(gaps[cell])} of {asked[cell]} feasible)"

    heads = ["family", "files", *solvers]
    gap_rows = [
        [name, str(files[family]), *(mean_gap(family, solver) for solver in solvers)] for name, family in zip(names, families, strict=True)
    ]
    win_rows = [[family, str(files[family]), *(str(wins[family, solver]) for solver in solvers)] for family in families]
    win_rows.append(["all", str(sum(files.values())), *(str(sum(wins[family, solver] for family in families)) for solver in solvers)])
    note = ["", _FOOTNOTE] if unknown else []
    return "\n".join(["Mean gap, %", "", *_rows(heads, gap_rows), *note, "", "Wins", "", *_rows(heads, win_rows)])


def _references(runs: Iterable[Run]) -> dict[tuple[str, str], float]:
    known: dict[tuple[str, str], float] = {}
    best: dict[tuple[str, str], float] = {}
    for run in runs:
        key = run["family"], run["instance"]
        if run.get("best_known") is not None:
            known[key] = run["best_known"]
        if run["feasible"]:
            best[key] = min(best.get(key, float("inf")), run["objective"])
    return best | known


def _wins(runs: Sequence[Run]) -> dict[tuple[str, str], int]:
    costs: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        costs[run["family"], run["instance"]][run["solver"]].append(run["objective"] if run["feasible"] else float("inf"))
    wins: dict[tuple[str, str], int] = defaultdict(int)
    for (family, _), by_solver in costs.items():
        means = {solver: fmean(values) for solver, values in by_solver.items()}
        lowest = min(means.values())
        for solver, mean in means.items():
            wins[family, solver] += lowest < float("inf") and mean <= lowest * (1 + 1e-9)
    return wins


def rows_of(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of texts."""
    return "\n".join(_rows(heads, rows))


def _rows(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(row) + " |" for row in (heads, *rows)]
    return [lines[0], "|" + "---|" * len(heads), *lines[1:]]
