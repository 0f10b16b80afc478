"""Reports of a plan: sums in plain dictionaries, tables as data frames, and the summary on one screen."""

from .amounts import (
    covered_people,
    deliveries,
    first_arrivals,
    handed_over,
    needs_by_posko,
    satisfied_share,
    served_people,
    stock_after,
    stock_by_owner,
    transfers,
    trip_numbers,
)
from .frames import manifest_frame, receipt_frame, shortfall_frame, stock_frame, visit_frame
from .html import summary_html
from .summary import summarise
from .tally import LeastShare, least_shares
from .words import CAUSE_NAMES, area_name

__all__ = [
    "CAUSE_NAMES",
    "LeastShare",
    "area_name",
    "covered_people",
    "deliveries",
    "first_arrivals",
    "handed_over",
    "least_shares",
    "manifest_frame",
    "needs_by_posko",
    "receipt_frame",
    "satisfied_share",
    "served_people",
    "shortfall_frame",
    "stock_after",
    "stock_by_owner",
    "stock_frame",
    "summarise",
    "summary_html",
    "transfers",
    "trip_numbers",
    "visit_frame",
]
