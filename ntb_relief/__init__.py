"""Plan relief distribution in Nusa Tenggara Barat: who gets what, and which vehicle brings it by which road.

Names load when they are first used: importing the package takes no time, and numba, pandas, OR-Tools and matplotlib
wait until a call needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._rooms import ROOMS
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
    from .geo.access_map import access_changes, desa_people
    from .geo.alternatives import alternative_paths
    from .geo.arrivals import arrival_tables
    from .geo.changes import matrix_changes
    from .geo.coverage import coverage
    from .geo.criticality import link_criticality
    from .geo.crossing_rules import cancel_sailings, with_crossings, with_waves
    from .geo.crosswalk import from_pcode, to_pcode
    from .geo.disruption import Disruption, change_moments, disrupted, network_changes
    from .geo.events import event_poskos, list_events
    from .geo.hazards import hazard_scenarios
    from .geo.isochrones import isochrones
    from .geo.itinerary import path_steps
    from .geo.lines import path_line
    from .geo.matrix import travel_matrix
    from .geo.nearest import nearest_places
    from .geo.network import RoadNetwork
    from .geo.no_way import explain_no_way
    from .geo.paths import shortest_path
    from .geo.place_search import search_places
    from .geo.polygons import read_areas
    from .geo.profiles import network_under, profile_under, standard_profiles
    from .geo.profiles_frame import profiles_from_frame, profiles_to_frame
    from .geo.province import Province, load_province
    from .geo.quality import network_quality
    from .geo.rankings import access_frame, changes_frame, criticality_frame, restoration_frame
    from .geo.rectangle import travel_tables
    from .geo.restoration import restoration_order
    from .geo.scenarios import scenario_matrices
    from .geo.service_areas import areas_at, service_areas
    from .geo.special_lines import special_lines, with_air
    from .geo.stock_scenarios import stock_scenarios
    from .geo.stops import EdgeStop, snap_to_edges, split_at_stops
    from .geo.unsdi import network_to_unsdi
    from .io.defaults import default_fleet_types, default_items, default_rates
    from .io.documents import json_schema, operation_from_json, operation_to_json, plan_from_json, plan_to_json
    from .io.outputs import write_outputs
    from .io.scenario import load_event
    from .io.vroom import plan_to_vroom, read_vroom, write_vroom
    from .io.vrplib import read_vrplib
    from .io.workbook.read import check_workbook, inspect_workbook, read_operation
    from .io.workbook.template import write_template
    from .io.workbook.write import write_operation
    from .model.allocation import AllocationProblem, ReleaseRule, StockLot, Substitution
    from .model.crossings import Cancellation, Crossing
    from .model.facility_location import FacilityLocationProblem
    from .model.facility_location_goals import (
        BackupCover,
        FairCover,
        FixedCharge,
        MaxBackupCover,
        MaxCover,
        PCenter,
        PGini,
        PLeximin,
        PMedian,
        SetCover,
    )
    from .model.fleet import FleetType, Vehicle
    from .model.items import Item, NeedRate
    from .model.location_routing import LocationRoutingProblem
    from .model.needs import Need, Supply, needs_from_rates
    from .model.operation import Closure, Operation
    from .model.places import Posko, Site
    from .model.plane import PlaneTravel
    from .model.prepositioning import PrepositioningProblem, StockScenario, Vendor
    from .model.prepositioning_risks import CVaR, Expected, Robust
    from .model.provenance import Provenance
    from .model.routing import Depot, RoutingProblem, Stop, VehicleType
    from .model.routing_goals import (
        Arrivals,
        Deprivation,
        FixedCosts,
        FleetSize,
        LastArrival,
        LongestRoute,
        Prizes,
        Tolls,
        TotalCost,
        TotalDistance,
        TotalDuration,
    )
    from .model.travel import Path, Profile, RoadTable, TravelMatrix
    from .model.turns import Turn
    from .plan.allocation_plan import AllocationPlan, FairnessPoint, LotDraw, Substitute
    from .plan.location_routing_plan import LocationRoutingPlan, SiteRoute
    from .plan.operation_plan import Cause, OperationPlan
    from .plan.result import LevelValue, Result, Status
    from .plan.route_plan import Route, RoutePlan, Trip, Visit
    from .plan.route_values import RouteValues, route_values
    from .plan.site_conflict import SiteConflict
    from .plan.site_plan import Assignment, SitePlan
    from .plan.stock_plan import StockCosts, StockPlan
    from .plan.verify import Violation, verify, verify_location_routing, verify_prepositioning, verify_routes, verify_sites
    from .solvers.allocation import price_of_fairness, solve_allocation
    from .solvers.allocation_goals import LeastGini, Leximin, MaxMin, Proportional
    from .solvers.ensemble import Ensemble, solve_ensemble
    from .solvers.facility_location import solve_facility_location
    from .solvers.location_routing import solve_location_routing
    from .solvers.operation import solve_operation
    from .solvers.prepositioning import evaluate_stock, solve_prepositioning, stochastic_value
    from .solvers.progress import Progress
    from .solvers.routing import solve_routing
    from .solvers.siting_conflict import explain_no_sites
    from .solvers.stop import MaxIterations, MaxRuntime
    from .viz.charts import plot_shares, plot_timeline
    from .viz.maps import map_operation, map_plan
    from .viz.network_maps import map_criticality, map_disruption, map_isochrones, map_network
    from .viz.network_plots import plot_disruption, plot_isochrones, plot_network
    from .viz.site_maps import map_sites, map_stock

_ROOM_OF = {name: room for room, names in ROOMS.items() for name in names}

# fmt: off
__all__ = [
    "AllocationPlan", "AllocationProblem", "Arrivals", "Assignment", "BackupCover", "CVaR", "Cancellation", "Cause", "Closure", "Crossing",
    "CrsError", "Depot", "Deprivation", "Disruption", "EdgeStop", "Ensemble", "Expected", "FacilityLocationProblem", "FairCover",
    "FairnessPoint", "FixedCharge", "FixedCosts", "FleetSize", "FleetType", "InputError", "Issue", "Item", "LastArrival", "LeastGini",
    "LevelValue", "Leximin", "LocationRoutingPlan", "LocationRoutingProblem", "LongestRoute", "LotDraw", "MaxBackupCover", "MaxCover",
    "MaxIterations", "MaxMin", "MaxRuntime", "MissingExtraError", "Need", "NeedRate", "NoPlanError", "Operation", "OperationPlan",
    "PCenter", "PGini", "PLeximin", "PMedian", "Path", "PlaneTravel", "Posko", "PrepositioningProblem", "Prizes", "Profile", "Progress",
    "Proportional", "Provenance", "Province", "ReleaseRule", "ReliefError", "ReliefWarning", "Result", "RoadNetwork", "RoadTable", "Robust",
    "Route", "RoutePlan", "RouteValues", "RoutingProblem", "SchemaError", "SetCover", "Site", "SiteConflict", "SitePlan", "SiteRoute",
    "SolverError", "Status", "StockCosts", "StockLot", "StockPlan", "StockScenario", "Stop", "Substitute", "Substitution", "Supply",
    "Tolls", "TotalCost", "TotalDistance", "TotalDuration", "TravelMatrix", "Trip", "Turn", "UnknownReferenceError", "Vehicle",
    "VehicleType", "Vendor", "Violation", "Visit", "__version__", "access_changes", "access_frame", "alternative_paths", "areas_at",
    "arrival_tables", "cancel_sailings", "change_moments", "changes_frame", "check_workbook", "coverage", "criticality_frame",
    "default_fleet_types", "default_items", "default_rates", "desa_people", "disrupted", "evaluate_stock", "event_poskos",
    "explain_no_sites", "explain_no_way", "from_pcode", "hazard_scenarios", "inspect_workbook", "isochrones", "json_schema",
    "link_criticality", "list_events", "load_event", "load_province", "map_criticality", "map_disruption", "map_isochrones", "map_network",
    "map_operation", "map_plan", "map_sites", "map_stock", "matrix_changes", "nearest_places", "needs_from_rates", "network_changes",
    "network_quality", "network_to_unsdi", "network_under", "operation_from_json", "operation_to_json", "path_line", "path_steps",
    "plan_from_json", "plan_to_json", "plan_to_vroom", "plot_disruption", "plot_isochrones", "plot_network", "plot_shares", "plot_timeline",
    "price_of_fairness", "profile_under", "profiles_from_frame", "profiles_to_frame", "read_areas", "read_operation", "read_vroom",
    "read_vrplib", "restoration_frame", "restoration_order", "route_values", "scenario_matrices", "search_places", "service_areas",
    "shortest_path", "snap_to_edges", "solve_allocation", "solve_ensemble", "solve_facility_location", "solve_location_routing",
    "solve_operation", "solve_prepositioning", "solve_routing", "special_lines", "split_at_stops", "standard_profiles", "stochastic_value",
    "stock_scenarios", "to_pcode", "travel_matrix", "travel_tables", "verify", "verify_location_routing", "verify_prepositioning",
    "verify_routes", "verify_sites", "with_air", "with_crossings", "with_waves", "write_operation", "write_outputs", "write_template",
    "write_vroom",
]
# fmt: on


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _ROOM_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f".{_ROOM_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
