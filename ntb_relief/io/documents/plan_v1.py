"""Version 1 of `ntb_relief/plan`: the answer, how it ended, and the question it answers."""

from __future__ import annotations

import math
import platform
from datetime import datetime
from typing import Annotated, Final, Literal, TypeVar

from pydantic import AwareDatetime, Field

from ...model.travel import Path, SailingUse
from ...plan.operation_plan import CargoLine, Cause, Drive, Flow, Load, OperationPlan, Shortfall, Unload, VehicleSchedule
from ...plan.result import Result, Sample, Status, Step
from ...units import WITA
from .base import Count, Document, Whole, to_document, to_thing
from .operation_v1 import Level, OperationBody, operation_from_body, operation_to_body

SCHEMA: Final = "ntb_relief/plan"


class SamplePart(Document):
    """One improvement of the search."""

    seconds: float
    iterations: Count
    objective: float


class RunPart(Document):
    """What differs between two runs of the same question, seed and iterations; nothing else does."""

    seconds: float = Field(description="search time")
    written_at: AwareDatetime
    host: str
    system: str
    python: str
    library: str = Field(description="version of ntb_relief")
    trace: tuple[SamplePart, ...] = ()


class StepPart(Document):
    """One recorded step of the search."""

    iterations: Count
    temperature_from: float
    temperature_to: float
    exchanged: bool = False
    wave: Count = 0


class FlowPart(Document):
    """Goods given from a site to a posko by the allocation."""

    site_id: str
    item_id: str
    posko_id: str
    quantity: Count


class LinePart(Document):
    """Goods on a vehicle."""

    item_id: str
    quantity: Count
    origin_id: str
    posko_id: str


class LoadPart(Document):
    """Taking goods on at a site; seconds after the operation's start."""

    action: Literal["load"]
    site_id: str
    start_s: Count
    end_s: Count
    lines: tuple[LinePart, ...]


class SailingPart(Document):
    """A ferry taken on the way."""

    crossing_id: str
    departure_s: Count
    arrive_s: Count


class DrivePart(Document):
    """Going from one place to another; nodes and edges are rows of the operation's roads."""

    action: Literal["drive"]
    from_id: str
    to_id: str
    start_s: Count
    end_s: Count
    distance_m: Count
    nodes: tuple[Count, ...]
    edges: tuple[Count, ...]
    sailings: tuple[SailingPart, ...] = ()


class UnloadPart(Document):
    """Handing goods over at a posko or a transfer point."""

    action: Literal["unload"]
    place_id: str
    start_s: Count
    end_s: Count
    lines: tuple[LinePart, ...]


ActionPart = Annotated[LoadPart | DrivePart | UnloadPart, Field(discriminator="action")]


class SchedulePart(Document):
    """All that one vehicle does."""

    vehicle_id: str
    distance_m: Count
    cost_idr: Whole
    actions: tuple[ActionPart, ...]


class ShortfallPart(Document):
    """A part of a need that is not served, with its cause."""

    posko_id: str
    item_id: str
    level: Level
    quantity: Count
    cause: Cause
    detail: str


class SharePart(Document):
    """Smallest satisfied share of the allocation at one priority level."""

    level: Level
    share: float


class PlanPart(Document):
    """Who gets what, and what every vehicle does."""

    min_share: tuple[SharePart, ...]
    notes: tuple[str, ...] = ()
    flows: tuple[FlowPart, ...]
    schedules: tuple[SchedulePart, ...]
    shortfalls: tuple[ShortfallPart, ...]
    operation: OperationBody


class PlanDocument(Document):
    """The answer of one solve."""

    schema_: Literal["ntb_relief/plan"] = Field(alias="schema")
    version: Literal[1]
    run: RunPart
    status: Status
    objective: float | None = Field(description="lower is better; null where there is no plan")
    bound: float | None
    gap: float | None
    iterations: Count
    seed: Whole
    threads: Count
    replay: tuple[StepPart, ...] = ()
    plan: PlanPart | None


def result_to_document(result: Result[OperationPlan]) -> PlanDocument:
    """Return a result as a document."""
    plan = result.plan
    return PlanDocument(
        schema=SCHEMA,
        version=1,
        run=_run(result),
        status=result.status,
        objective=_finite(result.objective),
        bound=_finite(result.bound),
        gap=_finite(result.gap),
        iterations=result.iterations,
        seed=result.seed,
        threads=result.threads,
        replay=tuple(to_document(StepPart, step) for step in result.replay),
        plan=None if plan is None else _plan_part(plan),
    )


def result_from_document(document: PlanDocument) -> Result[OperationPlan]:
    """Return the result of a document; `gap` follows from objective and bound."""
    part = document.plan
    return Result(
        plan=None if part is None else _plan(part),
        status=document.status,
        objective=math.inf if document.objective is None else document.objective,
        bound=document.bound,
        seconds=document.run.seconds,
        iterations=document.iterations,
        seed=document.seed,
        threads=document.threads,
        trace=tuple(to_thing(Sample, sample) for sample in document.run.trace),
        replay=tuple(to_thing(Step, step) for step in document.replay),
        version=document.run.library,
    )


def _run(result: Result[OperationPlan]) -> RunPart:
    return RunPart(
        seconds=result.seconds,
        written_at=datetime.now(WITA).replace(microsecond=0),
        host=platform.node(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        library=result.version,
        trace=tuple(to_document(SamplePart, sample) for sample in result.trace if math.isfinite(sample.objective)),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _plan_part(plan: OperationPlan) -> PlanPart:
    return PlanPart(
        min_share=tuple(SharePart(level=level, share=share) for level, share in sorted(plan.min_share.items())),
        notes=plan.notes,
        flows=tuple(to_document(FlowPart, flow) for flow in plan.flows),
        schedules=tuple(_schedule_part(schedule) for schedule in plan.schedules),
        shortfalls=tuple(to_document(ShortfallPart, shortfall) for shortfall in plan.shortfalls),
        operation=operation_to_body(plan.operation),
    )


def _schedule_part(schedule: VehicleSchedule) -> SchedulePart:
    return to_document(SchedulePart, schedule, actions=tuple(_action_part(action) for action in schedule.actions))


def _action_part(action: Load | Drive | Unload) -> LoadPart | DrivePart | UnloadPart:
    if isinstance(action, Drive):
        return to_document(
            DrivePart,
            action,
            action="drive",
            distance_m=action.path.distance_m,
            nodes=action.path.nodes,
            edges=action.path.edges,
            sailings=tuple(to_document(SailingPart, sailing) for sailing in action.sailings),
        )
    lines = tuple(to_document(LinePart, line) for line in action.lines)
    if isinstance(action, Load):
        return to_document(LoadPart, action, action="load", lines=lines)
    return to_document(UnloadPart, action, action="unload", lines=lines)


def _plan(part: PlanPart) -> OperationPlan:
    return OperationPlan(
        operation=operation_from_body(part.operation, name="plan.operation"),
        flows=tuple(to_thing(Flow, flow) for flow in part.flows),
        schedules=tuple(to_thing(VehicleSchedule, x, actions=tuple(_action(y) for y in x.actions)) for x in part.schedules),
        shortfalls=tuple(to_thing(Shortfall, shortfall) for shortfall in part.shortfalls),
        min_share={share.level: share.share for share in part.min_share},
        notes=part.notes,
    )


LoadOrUnload = TypeVar("LoadOrUnload", Load, Unload)


def _action(part: LoadPart | DrivePart | UnloadPart) -> Load | Drive | Unload:
    if isinstance(part, DrivePart):
        path = Path(part.nodes, part.edges, part.distance_m)
        return to_thing(Drive, part, path=path, sailings=tuple(to_thing(SailingUse, sailing) for sailing in part.sailings))
    lines = tuple(to_thing(CargoLine, line) for line in part.lines)
    return to_thing(Load, part, lines=lines) if isinstance(part, LoadPart) else to_thing(Unload, part, lines=lines)
