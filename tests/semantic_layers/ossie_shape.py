"""The parts of Ossie's core specification 0.2.0.dev0 that we write, as it words them: required keys, words of enumerations, and no other key."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Json

Datatype = Literal[
    "String", "Integer", "Decimal", "Float", "Boolean", "Date", "Time", "DateTime", "DateTimeTz", "Opaque"
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class InDialect(Strict):
    dialect: Literal["ANSI_SQL", "SNOWFLAKE", "MDX", "TABLEAU", "DATABRICKS", "MAQL", "BIGQUERY"]
    expression: str


class Expression(Strict):
    dialects: Annotated[list[InDialect], Field(min_length=1)]


class Extension(Strict):
    vendor_name: str
    data: Json[dict[str, object]]


class Dimension(Strict):
    is_time: bool


class OfField(Strict):
    name: str
    expression: Expression
    dimension: Dimension | None = None
    description: str = ""
    datatype: Datatype | None = None


class Dataset(Strict):
    name: str
    source: str
    primary_key: list[str]
    description: str
    fields: list[OfField]


class Metric(Strict):
    name: str
    expression: Expression
    description: str
    datatype: Datatype
    custom_extensions: list[Extension]


class SemanticModel(Strict):
    name: str
    description: str
    datasets: Annotated[list[Dataset], Field(min_length=1)]
    metrics: list[Metric]


class Document(Strict):
    version: Literal["0.2.0.dev0"]
    dialects: list[Literal["ANSI_SQL"]]
    vendors: list[str]
    semantic_model: list[SemanticModel]
