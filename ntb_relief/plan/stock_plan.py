"""The answer to a pre-positioning: what stands where, what it costs before and after, and how well it does in fresh scenarios."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..units import format_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray
    from pandas import DataFrame

    from ..model.prepositioning import PrepositioningProblem
    from ..model.prepositioning_risks import Risk


@dataclass(frozen=True, slots=True)
class StockCosts:
    """What a stock plan costs in scenarios.

    Parameters
    ----------
    first_idr : float
        Stores and stock, paid before.
    mean_idr, tail_idr, worst_idr : float
        What comes after: expected, the mean of the worst 10 %, the worst; carriage, vendors and penalties.
    unmet_share : mapping of str to float
        Part of the expected need of each item that is not served.
    interval_idr : tuple of float
        95 % confidence interval of first + expected cost where the scenarios are independent draws, by Student's t.
    num_scenarios : int
    """

    first_idr: float
    mean_idr: float
    tail_idr: float
    worst_idr: float
    unmet_share: Mapping[str, float]
    interval_idr: tuple[float, float]
    num_scenarios: int

    @property
    def total_idr(self) -> float:
        """First and expected cost together."""
        return self.first_idr + self.mean_idr

    def summary(self) -> str:
        """Return costs and what stays unserved, in Indonesian."""
        unmet = ", ".join(f"{item} {format_number(100 * share, decimals=1)} %" for item, share in self.unmet_share.items())
        low, high = (format_number(end) for end in self.interval_idr)
        return "\n".join(
            [
                f"Biaya awal Rp{format_number(self.first_idr)}, biaya harapan sesudah kejadian Rp{format_number(self.mean_idr)}",
                f"Rata-rata 10 % terburuk Rp{format_number(self.tail_idr)}, terburuk Rp{format_number(self.worst_idr)}",
                (
                    f"Total harapan Rp{format_number(self.total_idr)} (selang kepercayaan 95 %: Rp{low} - Rp{high}, "
                    f"{format_number(self.num_scenarios)} skenario)"
                ),
                f"Kebutuhan tidak terpenuhi (harapan): {unmet}",
            ]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Deliveries:
    """What is sent in the scenarios, one entry a flow.

    Parameters
    ----------
    scenario, item, row, point : int32 array
        Columns of the problem's scenarios, items and points; rows count the sites first, then the vendors.
    units : float64 array
        Above 0.
    """

    scenario: NDArray[np.int32] = field(repr=False)
    item: NDArray[np.int32] = field(repr=False)
    row: NDArray[np.int32] = field(repr=False)
    point: NDArray[np.int32] = field(repr=False)
    units: NDArray[np.float64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.units)


@dataclass(frozen=True, slots=True)
class StockPlan:
    """What to store where.

    Parameters
    ----------
    problem : PrepositioningProblem
        The question it answers.
    risk : Risk
        What it is judged by.
    sizes : mapping of str to str
        Size of the store at each site that has one.
    stock : float64 array, shape (S, I)
        Units; they may be broken.
    deliveries : Deliveries
        Who is served from where in each of the problem's scenarios.
    objective : float
        Rupiah: first cost and what the risk makes of the costs after the event.
    costs : StockCosts
        In the problem's own scenarios.
    """

    problem: PrepositioningProblem = field(repr=False, compare=False)
    risk: Risk
    sizes: Mapping[str, str]
    stock: NDArray[np.float64] = field(repr=False, compare=False)
    deliveries: Deliveries = field(repr=False, compare=False)
    objective: float
    costs: StockCosts

    def to_frame(self) -> DataFrame:
        """Return one row a site and item with stock: site, size, item, units."""
        from pandas import DataFrame

        problem = self.problem
        rows = [
            {"site_id": site, "size_id": self.sizes[site], "item_id": item, "quantity": float(self.stock[row, col])}
            for row, site in enumerate(problem.site_ids)
            for col, item in enumerate(problem.item_ids)
            if self.stock[row, col] > 0
        ]
        return DataFrame(rows, columns=["site_id", "size_id", "item_id", "quantity"])

    def summary(self) -> str:
        """Return stores, costs and what stays unserved, in Indonesian."""
        stores = ", ".join(f"{site} ({size})" for site, size in self.sizes.items())
        return f"{len(self.sizes)} gudang: {stores}\n{self.costs.summary()}"
