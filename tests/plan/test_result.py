"""Results: what they prove, and how they show themselves in a notebook."""

from __future__ import annotations

from dataclasses import replace

from ntb_relief.plan.result import STATUS_NAMES, Result, Status
from tests.factories import make_operation, make_plan, make_result


def test_a_result_shows_how_it_ended_and_then_its_plan():
    """Status, objective, bound, gap, seconds and seed in a table; the plan's own page follows."""
    result = replace(make_result(), objective=2000.0, bound=1500.0, seed=42)
    html = result._repr_html_()
    table, rest = html.split("</table>", 1)
    for text in ("batas waktu tercapai", "2.000", "1.500", "25,00 %", "2,0", "42"):
        assert f"<td>{text}</td>" in table
    assert rest == result.plan._repr_html_()


def test_what_is_not_proven_is_said():
    assert make_result()._repr_html_().count("<td>belum terbukti</td>") == 2


def test_a_result_without_plan_shows_its_table_alone():
    html = Result(None, Status.NO_SOLUTION, 0.0, None, 1.0, 0, 1)._repr_html_()
    assert html.endswith("</table>")
    assert "tidak ada rencana" in html


def test_texts_of_the_input_are_escaped():
    """A hostile name of the operation is shown as text."""
    html = make_result(make_plan(make_operation(name="<script>alert(1)</script>")))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_every_status_has_a_name():
    assert set(STATUS_NAMES) == {status.value for status in Status}
