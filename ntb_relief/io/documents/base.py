"""What all documents share: strict models, facts with a source, and errors told as issues."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...errors import Issue, SchemaError
from ...model.provenance import UNKNOWN, Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES: Final = 64 * 2**20
_MAX_ISSUES: Final = 100
_MAX_SHOWN: Final = 60
_AROUND: Final = 30
_BROKEN_LEVELS: Final = 3  # the document, its operation, and its road table or plan
_LARGEST: Final = 2**53  # whole numbers beyond this are not exact in other languages' JSON readers

Whole = Annotated[int, Field(ge=-_LARGEST, le=_LARGEST)]
Count = Annotated[int, Field(ge=0, le=_LARGEST)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]

Model = TypeVar("Model", bound=BaseModel)
Thing = TypeVar("Thing")


class Document(BaseModel):
    """A part of a document: no unknown fields, no silent conversions, no NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Fact(Document):
    """A part that says where it comes from."""

    source: str = Field("", description="report, file and cell, or rule")
    as_of: str = Field("", description="date the fact was true, ISO 8601")
    confidence: str = Field("", description="reported, derived, assumed, synthetic, user")


def to_document(kind: type[Model], thing: Any, **changes: Any) -> Model:  # noqa: ANN401 - any frozen dataclass of the model floor
    """Return a model object as a document part; fields have the same names, provenance is spread out."""
    values = {field.name: getattr(thing, field.name) for field in fields(thing) if field.name in kind.model_fields}
    provenance = getattr(thing, "provenance", None)
    if isinstance(provenance, Provenance):
        values |= {"source": provenance.source, "as_of": provenance.as_of, "confidence": provenance.confidence}
    return kind(**{**values, **changes})


def to_thing(kind: type[Thing], part: Document, **changes: Any) -> Thing:  # noqa: ANN401 - fields have their own types
    """Return a document part as the model object of the same field names."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # every model object is a dataclass
    values: dict[str, Any] = {name: getattr(part, name) for name in type(part).model_fields if name in names}
    if "provenance" in names and isinstance(part, Fact):
        provenance = Provenance(part.source, part.as_of, part.confidence)
        values["provenance"] = UNKNOWN if provenance == UNKNOWN else provenance
    return kind(**{**values, **changes})


def dump(document: Document, *, name: str) -> str:
    """Return the JSON text: one line a record, blank provenance and other defaults left out.

    Raises
    ------
    SchemaError
        Where a text cannot be written as UTF-8.
    """
    text = _lay_out(document.model_dump(mode="json", by_alias=True, exclude_defaults=True), indent=0) + "\n"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        shown = ascii(text[max(0, error.start - _AROUND) : error.end])
        raise SchemaError([Issue(name, f"a text holds half of a surrogate pair: {shown}", "write the whole character")]) from None
    return text


def _lay_out(value: object, *, indent: int) -> str:
    # Objects of the first levels and lists of records are broken into lines, so that two files can be compared
    # by eye and by tools; a record itself stays on one line.
    start, end = "\n" + " " * (indent + 1), "\n" + " " * indent
    if isinstance(value, dict) and indent < _BROKEN_LEVELS:
        rows = (f"{json.dumps(key, ensure_ascii=False)}: {_lay_out(part, indent=indent + 1)}" for key, part in value.items())
        return "{" + start + f",{start}".join(rows) + end + "}" if value else "{}"
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        return "[" + start + f",{start}".join(_lay_out(part, indent=_BROKEN_LEVELS) for part in value) + end + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def parse(kind: type[Model], text: str | bytes, *, name: str) -> Model:
    """Return the checked document.

    Raises
    ------
    SchemaError
        With the path, value and fix of everything that is wrong.
    """
    size = len(text)
    if size > MAX_BYTES:
        issue = Issue(name, f"the document has {size} characters", f"give at most {MAX_BYTES}")
        raise SchemaError([issue])
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        raise SchemaError(issues_of(error, name=name)) from None


def issues_of(error: ValidationError, *, name: str) -> list[Issue]:
    """Return what pydantic found, each with path, value and fix."""
    found = error.errors(include_url=False, include_context=False)
    issues = [Issue(path_of(name, row["loc"]), _what(row), _fix(row)) for row in found[:_MAX_ISSUES]]
    if len(found) > _MAX_ISSUES:
        issues.append(Issue(name, f"{len(found) - _MAX_ISSUES} more problems", "mend the ones above first"))
    return issues


def path_of(name: str, steps: Sequence[int | str]) -> str:
    """Return the path of a value as planners of other systems write it.

    Examples
    --------
    >>> path_of("operation", ("needs", 3, "quantity"))
    'operation.needs[3].quantity'
    """
    return name + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _what(row: Any) -> str:  # noqa: ANN401 - pydantic's own TypedDict is not exported under a stable name
    if row["type"] == "missing":
        return "is missing"
    if row["type"] == "extra_forbidden":
        return "is not a field of this version"
    if row["type"] == "json_invalid":
        return row["msg"]  # type: ignore[no-any-return]
    value = repr(row["input"])
    shown = value if len(value) <= _MAX_SHOWN else f"{value[:_MAX_SHOWN]}..."
    return f"is {shown}"


def _fix(row: Any) -> str:  # noqa: ANN401 - as above
    fixes = {
        "missing": "give it",
        "extra_forbidden": "take it out, or see the published schema (python -m ntb_relief schema)",
        "json_invalid": "give a complete JSON document",
    }
    message: str = row["msg"]
    return fixes.get(row["type"], message[:1].lower() + message[1:])
