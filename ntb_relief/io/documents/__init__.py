"""The embedding contract: operations and plans as versioned JSON, with published JSON Schema."""

from __future__ import annotations

from .api import json_schema, operation_from_json, operation_to_json, plan_from_json, plan_to_json

__all__ = ["json_schema", "operation_from_json", "operation_to_json", "plan_from_json", "plan_to_json"]
