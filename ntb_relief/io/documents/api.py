"""The five functions other programs use; see `CONTRACTS` for what stays stable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ValidationError

from ...errors import SchemaError
from .base import dump, issues_of, parse
from .operation_v1 import SCHEMA, OperationDocument, operation_from_body, operation_to_body
from .plan_v1 import PlanDocument, result_from_document, result_to_document

if TYPE_CHECKING:
    from ...model.operation import Operation
    from ...plan.operation_plan import OperationPlan
    from ...plan.result import Result

_KINDS: dict[str, type[BaseModel]] = {"operation": OperationDocument, "plan": PlanDocument}


def operation_to_json(operation: Operation) -> str:
    """Return an operation as a ``ntb_relief/operation`` document, version 1.

    Equal operations give equal text. The embedded road network is named by its hash, any other is written whole.
    """
    try:
        body = operation_to_body(operation)
        parts = {name: getattr(body, name) for name in type(body).model_fields}
        return dump(OperationDocument(schema=SCHEMA, version=1, **parts), name="operation")
    except ValidationError as error:
        raise SchemaError(issues_of(error, name="operation")) from None


def operation_from_json(text: str | bytes) -> Operation:
    """Return the operation of a document.

    Raises
    ------
    SchemaError
        With path, value and fix of every field that is missing, unknown or not as it must be.
    InputError
        With every dangling id, duplicate id and negative quantity, as for an operation built in Python.
    """
    return operation_from_body(parse(OperationDocument, text, name="operation"), name="operation")


def plan_to_json(result: Result[OperationPlan]) -> str:
    """Return a result as a ``ntb_relief/plan`` document, version 1; it holds the operation it answers.

    Equal results give equal text but for the ``run`` block (times, host, versions).
    """
    try:
        return dump(result_to_document(result), name="plan")
    except ValidationError as error:
        raise SchemaError(issues_of(error, name="plan")) from None


def plan_from_json(text: str | bytes) -> Result[OperationPlan]:
    """Return the result of a document; `verify` it before you trust a plan from elsewhere.

    Raises
    ------
    SchemaError, InputError
        As `operation_from_json`.
    """
    return result_from_document(parse(PlanDocument, text, name="plan"))


def json_schema(kind: Literal["operation", "plan"]) -> dict[str, Any]:
    """Return the JSON Schema of the current version of a document."""
    return _KINDS[kind].model_json_schema(by_alias=True)
