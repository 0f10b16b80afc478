"""Plan relief distribution in Nusa Tenggara Barat: who gets what, and which vehicle brings it by which road.

Names load when they are first used: importing the package takes no time, and numba, pandas, OR-Tools and matplotlib
wait until a call needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .errors import (
    CrsError,
    InputError,
    Issue,
    MissingExtraError,
    NoPlanError,
    ReliefError,
    ReliefWarning,
    SchemaError,
    SolverError,
    UnknownReferenceError,
)

if TYPE_CHECKING:
    from .geo.events import event_poskos, list_events
    from .geo.matrix import travel_matrix
    from .geo.network import RoadNetwork
    from .geo.paths import shortest_path
    from .geo.province import Province, load_province
    from .io.defaults import default_fleet_types, default_items, default_rates
    from .io.documents import json_schema, operation_from_json, operation_to_json, plan_from_json, plan_to_json
    from .io.outputs import write_outputs
    from .io.scenario import load_event
    from .io.vrplib import read_vrplib
    from .io.workbook.read import check_workbook, inspect_workbook, read_operation
    from .io.workbook.template import write_template
    from .io.workbook.write import write_operation
    from .model.allocation import AllocationProblem
    from .model.fleet import FleetType, Vehicle
    from .model.items import Item, NeedRate
    from .model.needs import Need, Supply, needs_from_rates
    from .model.operation import Closure, Operation
    from .model.places import Posko, Site
    from .model.provenance import Provenance
    from .model.routing import Depot, RoutingProblem, Stop, VehicleType
    from .model.travel import Crossing, Path, Profile, RoadTable, TravelMatrix
    from .plan.allocation_plan import AllocationPlan
    from .plan.operation_plan import Cause, OperationPlan
    from .plan.result import Result, Status
    from .plan.route_plan import Route, RoutePlan, Trip, Visit
    from .plan.verify import Violation, verify, verify_routes
    from .solvers.allocation import solve_allocation
    from .solvers.operation import solve_operation
    from .solvers.progress import Progress
    from .solvers.routing import solve_routing
    from .solvers.stop import MaxIterations, MaxRuntime
    from .viz.charts import plot_shares, plot_timeline
    from .viz.maps import map_operation, map_plan

_ROOMS = {
    "geo.events": ("event_poskos", "list_events"),
    "geo.matrix": ("travel_matrix",),
    "geo.network": ("RoadNetwork",),
    "geo.paths": ("shortest_path",),
    "geo.province": ("Province", "load_province"),
    "io.defaults": ("default_fleet_types", "default_items", "default_rates"),
    "io.documents": ("json_schema", "operation_from_json", "operation_to_json", "plan_from_json", "plan_to_json"),
    "io.outputs": ("write_outputs",),
    "io.scenario": ("load_event",),
    "io.vrplib": ("read_vrplib",),
    "io.workbook.read": ("check_workbook", "inspect_workbook", "read_operation"),
    "io.workbook.template": ("write_template",),
    "io.workbook.write": ("write_operation",),
    "model.allocation": ("AllocationProblem",),
    "model.fleet": ("FleetType", "Vehicle"),
    "model.items": ("Item", "NeedRate"),
    "model.needs": ("Need", "Supply", "needs_from_rates"),
    "model.operation": ("Closure", "Operation"),
    "model.places": ("Posko", "Site"),
    "model.provenance": ("Provenance",),
    "model.routing": ("Depot", "RoutingProblem", "Stop", "VehicleType"),
    "model.travel": ("Crossing", "Path", "Profile", "RoadTable", "TravelMatrix"),
    "plan.allocation_plan": ("AllocationPlan",),
    "plan.operation_plan": ("Cause", "OperationPlan"),
    "plan.result": ("Result", "Status"),
    "plan.route_plan": ("Route", "RoutePlan", "Trip", "Visit"),
    "plan.verify": ("Violation", "verify", "verify_routes"),
    "solvers.allocation": ("solve_allocation",),
    "solvers.operation": ("solve_operation",),
    "solvers.progress": ("Progress",),
    "solvers.routing": ("solve_routing",),
    "solvers.stop": ("MaxIterations", "MaxRuntime"),
    "viz.charts": ("plot_shares", "plot_timeline"),
    "viz.maps": ("map_operation", "map_plan"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "AllocationPlan",
    "AllocationProblem",
    "Cause",
    "Closure",
    "Crossing",
    "CrsError",
    "Depot",
    "FleetType",
    "InputError",
    "Issue",
    "Item",
    "MaxIterations",
    "MaxRuntime",
    "MissingExtraError",
    "Need",
    "NeedRate",
    "NoPlanError",
    "Operation",
    "OperationPlan",
    "Path",
    "Posko",
    "Profile",
    "Progress",
    "Provenance",
    "Province",
    "ReliefError",
    "ReliefWarning",
    "Result",
    "RoadNetwork",
    "RoadTable",
    "Route",
    "RoutePlan",
    "RoutingProblem",
    "SchemaError",
    "Site",
    "SolverError",
    "Status",
    "Stop",
    "Supply",
    "TravelMatrix",
    "Trip",
    "UnknownReferenceError",
    "Vehicle",
    "VehicleType",
    "Violation",
    "Visit",
    "__version__",
    "check_workbook",
    "default_fleet_types",
    "default_items",
    "default_rates",
    "event_poskos",
    "inspect_workbook",
    "json_schema",
    "list_events",
    "load_event",
    "load_province",
    "map_operation",
    "map_plan",
    "needs_from_rates",
    "operation_from_json",
    "operation_to_json",
    "plan_from_json",
    "plan_to_json",
    "plot_shares",
    "plot_timeline",
    "read_operation",
    "read_vrplib",
    "shortest_path",
    "solve_allocation",
    "solve_operation",
    "solve_routing",
    "travel_matrix",
    "verify",
    "verify_routes",
    "write_operation",
    "write_outputs",
    "write_template",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _ROOM_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f".{_ROOM_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
