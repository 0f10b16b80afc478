"""Where the names of the front door live: room -> names. They load when they are first used."""

from __future__ import annotations

ROOMS = {
    "geo.access_map": (
        "access_changes",
        "desa_people",
    ),
    "geo.alternatives": ("alternative_paths",),
    "geo.arrivals": ("arrival_tables",),
    "geo.changes": ("matrix_changes",),
    "geo.coverage": ("coverage",),
    "geo.criticality": ("link_criticality",),
    "geo.crossing_rules": (
        "cancel_sailings",
        "with_crossings",
        "with_waves",
    ),
    "geo.crosswalk": (
        "from_pcode",
        "to_pcode",
    ),
    "geo.disruption": (
        "Disruption",
        "change_moments",
        "disrupted",
        "network_changes",
    ),
    "geo.events": (
        "event_poskos",
        "list_events",
    ),
    "geo.isochrones": ("isochrones",),
    "geo.itinerary": ("path_steps",),
    "geo.lines": ("path_line",),
    "geo.matrix": ("travel_matrix",),
    "geo.nearest": ("nearest_places",),
    "geo.network": ("RoadNetwork",),
    "geo.no_way": ("explain_no_way",),
    "geo.paths": ("shortest_path",),
    "geo.place_search": ("search_places",),
    "geo.polygons": ("read_areas",),
    "geo.profiles": (
        "network_under",
        "profile_under",
        "standard_profiles",
    ),
    "geo.profiles_frame": (
        "profiles_from_frame",
        "profiles_to_frame",
    ),
    "geo.province": (
        "Province",
        "load_province",
    ),
    "geo.quality": ("network_quality",),
    "geo.rankings": (
        "access_frame",
        "changes_frame",
        "criticality_frame",
        "restoration_frame",
    ),
    "geo.rectangle": ("travel_tables",),
    "geo.restoration": ("restoration_order",),
    "geo.scenarios": ("scenario_matrices",),
    "geo.service_areas": (
        "areas_at",
        "service_areas",
    ),
    "geo.special_lines": (
        "special_lines",
        "with_air",
    ),
    "geo.stops": (
        "EdgeStop",
        "snap_to_edges",
        "split_at_stops",
    ),
    "geo.unsdi": ("network_to_unsdi",),
    "io.defaults": (
        "default_fleet_types",
        "default_items",
        "default_rates",
    ),
    "io.documents": (
        "json_schema",
        "operation_from_json",
        "operation_to_json",
        "plan_from_json",
        "plan_to_json",
    ),
    "io.outputs": ("write_outputs",),
    "io.scenario": ("load_event",),
    "io.vroom": (
        "plan_to_vroom",
        "read_vroom",
        "write_vroom",
    ),
    "io.vrplib": ("read_vrplib",),
    "io.workbook.read": (
        "check_workbook",
        "inspect_workbook",
        "read_operation",
    ),
    "io.workbook.template": ("write_template",),
    "io.workbook.write": ("write_operation",),
    "model.allocation": (
        "AllocationProblem",
        "ReleaseRule",
        "StockLot",
        "Substitution",
    ),
    "model.crossings": (
        "Cancellation",
        "Crossing",
    ),
    "model.facility_location": ("FacilityLocationProblem",),
    "model.facility_location_goals": (
        "FixedCharge",
        "MaxCover",
        "PCenter",
        "PMedian",
        "SetCover",
    ),
    "model.fleet": (
        "FleetType",
        "Vehicle",
    ),
    "model.items": (
        "Item",
        "NeedRate",
    ),
    "model.location_routing": ("LocationRoutingProblem",),
    "model.needs": (
        "Need",
        "Supply",
        "needs_from_rates",
    ),
    "model.operation": (
        "Closure",
        "Operation",
    ),
    "model.places": (
        "Posko",
        "Site",
    ),
    "model.prepositioning": (
        "PrepositioningProblem",
        "StockScenario",
        "Vendor",
    ),
    "model.prepositioning_risks": (
        "CVaR",
        "Expected",
        "Robust",
    ),
    "model.provenance": ("Provenance",),
    "model.routing": (
        "Depot",
        "RoutingProblem",
        "Stop",
        "VehicleType",
    ),
    "model.travel": (
        "Path",
        "Profile",
        "RoadTable",
        "TravelMatrix",
    ),
    "model.turns": ("Turn",),
    "plan.allocation_plan": (
        "AllocationPlan",
        "FairnessPoint",
        "LotDraw",
        "Substitute",
    ),
    "plan.location_routing_plan": (
        "LocationRoutingPlan",
        "SiteRoute",
    ),
    "plan.operation_plan": (
        "Cause",
        "OperationPlan",
    ),
    "plan.result": (
        "Result",
        "Status",
    ),
    "plan.route_plan": (
        "Route",
        "RoutePlan",
        "Trip",
        "Visit",
    ),
    "plan.site_plan": (
        "Assignment",
        "SitePlan",
    ),
    "plan.stock_plan": (
        "StockCosts",
        "StockPlan",
    ),
    "plan.verify": (
        "Violation",
        "verify",
        "verify_prepositioning",
        "verify_location_routing",
        "verify_routes",
        "verify_sites",
    ),
    "solvers.allocation": (
        "price_of_fairness",
        "solve_allocation",
    ),
    "solvers.allocation_goals": (
        "LeastGini",
        "Leximin",
        "MaxMin",
        "Proportional",
    ),
    "solvers.ensemble": (
        "Ensemble",
        "solve_ensemble",
    ),
    "solvers.facility_location": ("solve_facility_location",),
    "solvers.location_routing": ("solve_location_routing",),
    "solvers.operation": ("solve_operation",),
    "solvers.prepositioning": (
        "evaluate_stock",
        "solve_prepositioning",
        "stochastic_value",
    ),
    "solvers.progress": ("Progress",),
    "solvers.routing": ("solve_routing",),
    "solvers.stop": (
        "MaxIterations",
        "MaxRuntime",
    ),
    "viz.charts": (
        "plot_shares",
        "plot_timeline",
    ),
    "viz.maps": (
        "map_operation",
        "map_plan",
    ),
    "viz.network_maps": (
        "map_criticality",
        "map_disruption",
        "map_isochrones",
        "map_network",
    ),
    "viz.network_plots": (
        "plot_disruption",
        "plot_isochrones",
        "plot_network",
    ),
}
