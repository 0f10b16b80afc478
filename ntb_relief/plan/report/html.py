"""The summary for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .summary import summarise

if TYPE_CHECKING:
    from ..operation_plan import OperationPlan


def summary_html(plan: OperationPlan) -> str:
    """Return the summary as an HTML fragment; every text of the input is escaped."""
    return f'<pre style="line-height:1.25; white-space:pre-wrap">{escape(summarise(plan))}</pre>'
