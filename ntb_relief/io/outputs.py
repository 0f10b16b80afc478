"""All files of one plan, written together: each whole or not at all, nothing outside the folder, nothing foreign touched."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import InputError, Issue
from .papers import MARK, write_papers

if TYPE_CHECKING:
    from ..plan.operation_plan import OperationPlan
    from ..plan.result import Result

PAPERS: Final = "surat-jalan"
_MARK_WITHIN: Final = 1000
_DRAFT: Final = ".ntb_relief-"


def write_outputs(result: Result[OperationPlan], folder: str | Path) -> tuple[Path, ...]:
    """Write ``plan.json``, ``plan.xlsx``, ``map.html`` and ``surat-jalan/``.

    Everything is first written into a temporary folder inside `folder`, then renamed into place, so an error leaves the
    files of an earlier plan as they are. Papers of an earlier plan that this one does not have are removed; other files
    are left alone.

    Parameters
    ----------
    result : Result of OperationPlan
        With a plan.
    folder : str or Path
        Made where it does not exist.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    NoPlanError
        Where the result has no plan.
    InputError
        Where the folder is a file, the papers' folder leads elsewhere, or a file is held open by another program.
    """
    plan = result.plan_or_raise()
    target = Path(folder)
    is_new = not target.exists()
    check_folder(target)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=_DRAFT, ignore_cleanup_errors=True) as name:
            draft = Path(name)
            _write(result, draft)
            plan.map(seed=result.seed).save(draft / "map.html")
            return _move(draft, target)
    except OSError as error:
        issue = Issue(
            f"folder '{target}'",
            f"cannot be written ({error.strerror}: {error.filename})",
            "close the file in other programs, or give another folder",
        )
        raise InputError([issue]) from None
    finally:
        if is_new and target.is_dir() and not any(target.iterdir()):
            target.rmdir()


def _write(result: Result[OperationPlan], draft: Path) -> None:
    from .documents import plan_to_json
    from .files import write_file
    from .plan_workbook import write_plan_workbook

    write_file(draft / "plan.json", plan_to_json(result))
    write_plan_workbook(result, draft / "plan.xlsx")
    (draft / PAPERS).mkdir()
    write_papers(result, draft / PAPERS)


def check_folder(folder: str | Path) -> None:
    """Raise `InputError` where outputs cannot go into a folder: a file, not writable, or its papers lead elsewhere.

    Nothing is left behind: asked before a long search, a wrong folder costs no plan.
    """
    target = Path(folder)
    papers = target / PAPERS
    if target.exists() and not target.is_dir():
        raise InputError([Issue(f"folder '{target}'", "is a file", "give a folder with -o")])
    if papers.is_symlink() or (papers.exists() and not papers.is_dir()):
        raise InputError([Issue(f"folder '{papers}'", "is a file or a link to elsewhere", "move it away, or give another folder")])
    missing = [path for path in (target, *target.parents) if not path.exists()]
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=_DRAFT):
            pass
    except OSError as error:
        raise InputError([Issue(f"folder '{target}'", f"cannot be written ({error.strerror})", "give another folder with -o")]) from None
    finally:
        for path in missing:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def _move(draft: Path, target: Path) -> tuple[Path, ...]:
    (target / PAPERS).mkdir(exist_ok=True)
    drafts = sorted(path.relative_to(draft) for path in draft.rglob("*") if path.is_file())
    for path in drafts:
        (draft / path).replace(target / path)
    current = {path.name for path in drafts if path.parent.name == PAPERS}
    for paper in (target / PAPERS).glob("*.html"):
        if paper.name not in current and _is_ours(paper):
            paper.unlink()
    return tuple(target / path for path in drafts)


def _is_ours(paper: Path) -> bool:
    if paper.is_symlink() or not paper.is_file():
        return False
    with paper.open(encoding="utf-8", errors="replace") as file:
        return MARK in file.read(_MARK_WITHIN)
