"""Speaking to any terminal."""

from __future__ import annotations

import io
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from ntb_relief.cli.console import complain, progress_bar, say, stop_on_ctrl_c
from ntb_relief.solvers.progress import Progress


def test_a_console_of_another_code_page_shows_a_mark_and_does_not_fail(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    say("3 \u2265 2")
    assert raw.getvalue().split() == [b"3", b"?", b"2"]


def test_results_and_problems_go_different_ways(capsys):
    say("hasil")
    complain("masalah")
    assert capsys.readouterr() == ("hasil\n", "masalah\n")


def test_progress_shows_the_best_objective_on_a_terminal(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_bar() as show:
        show(Progress("routing", 1.0, 10, 1_234_567.0, 0.5))
        show(Progress("routing", 2.0, 20, float("inf"), 1.7))
    assert "1.234.567" in terminal.getvalue()
    assert "menyusun rute" in terminal.getvalue()


def test_progress_is_silent_where_nobody_watches(capsys):
    with progress_bar() as show:
        show(Progress("routing", 1.0, 10, 5.0, 0.5))
    assert capsys.readouterr() == ("", "")


def test_the_first_ctrl_c_waits_for_the_next_report_and_the_second_does_not():
    """Between two reports nothing is cut off; afterwards Ctrl-C is again what it was."""
    told = []
    report = Progress("routing", 1.0, 10, 5.0, 0.5)
    with stop_on_ctrl_c(told.append) as tell:
        tell(report)
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            tell(report)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert told == [report, report]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_another_program_and_a_thread_are_left_alone():
    """An embedding program that ignores Ctrl-C goes on ignoring it; a thread has no signals to handle."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stop_on_ctrl_c(print) as tell:
            assert tell is print
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)

    def enter():
        with stop_on_ctrl_c(print) as tell:
            return tell

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(enter).result() is print
