"""Charts of a plan: their bars are the plan's hours and shares, and no global state is touched."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from ntb_relief.units import HOUR_S
from ntb_relief.viz.charts import plot_shares, plot_timeline
from tests.factories import make_operation, make_plan


def bars_of(ax):
    """Return (left, width, row) of the bars by label."""
    return {
        bars.get_label(): [(bar.get_x(), bar.get_width(), bar.get_y() + bar.get_height() / 2) for bar in bars] for bars in ax.containers
    }


def test_the_timeline_fills_every_vehicle_from_its_start_to_its_end():
    plan = make_plan()
    bars = bars_of(plot_timeline(plan))
    rows = {"DR 8001 A": 0, "EA 8003 B": 1, "Perahu 1": 2, "DR 8002 A": 3}
    for schedule in plan.schedules:
        away_h = (schedule.end_s - schedule.start_s) / HOUR_S
        done = [
            bar
            for label, spans in bars.items()
            if label != "di feri"
            for bar in spans
            if bar[2] == pytest.approx(rows[schedule.vehicle_id])
        ]
        assert sum(width for _, width, _ in done) == pytest.approx(away_h)
        assert min(left for left, _, _ in done) == pytest.approx(schedule.start_s / HOUR_S)


def test_the_timeline_shows_sailings_and_waiting():
    bars = bars_of(plot_timeline(make_plan()))
    assert [(left, width) for left, width, _ in bars["di feri"]] == [(2, 1.75), (10, 1.75)]
    assert len(bars["menunggu"]) == 1
    assert set(bars) == {"muat", "jalan", "di feri", "bongkar", "menunggu"}


def test_the_timeline_names_vehicles_with_their_type_once_and_hours_as_clock_times():
    ax = plot_timeline(make_plan())
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "DR 8001 A (Truk ringan)",
        "EA 8003 B (Truk ringan)",
        "Perahu 1",
        "DR 8002 A (Pikap 4x4)",
    ]
    assert ax.get_xticklabels()[0].get_text() == "06.00"
    assert "Minggu, 12 Agustus 2018" in ax.get_xlabel()


def test_shares_are_drawn_by_kabupaten_and_level():
    ax = plot_shares(make_plan())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Semua", "Kab. Lombok Timur", "Kab. Lombok Utara"]
    bars = bars_of(ax)
    blankets = [width for _, width, _ in bars["Prioritas 2"]]
    assert blankets == pytest.approx([306 / 875, 0, 306 / 675])


def test_a_plan_that_does_nothing_has_charts():
    idle = replace(make_plan(), schedules=(), flows=())
    assert bars_of(plot_timeline(idle)) == {}
    assert all(width == 0 for spans in bars_of(plot_shares(idle)).values() for _, width, _ in spans)


def test_charts_draw_on_given_axes_and_return_them():
    ax = plot_timeline(make_plan())
    assert plot_shares(make_plan(), ax=ax) is ax


@pytest.mark.parametrize("plot", [plot_timeline, plot_shares])
def test_charts_are_drawn_without_pyplot_and_names_are_no_mathematics(plot, tmp_path):
    before = "matplotlib.pyplot" in sys.modules
    plan = make_plan(make_operation(name="$x_{1$ dan 50 %"))
    plot(plan).figure.savefig(tmp_path / "chart.png", dpi=40)
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert ("matplotlib.pyplot" in sys.modules) == before
