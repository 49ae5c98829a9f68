"""Values of scalars and enums as the answer holds them. Each is the type's own serialization, without its detours."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLEnumType, GraphQLLeafType
from strawberry.schema.schema_converter import CustomGraphQLEnumType

Serialize = Callable[[Any], Any]


class NullWhereNone(Exception):
    """A null in a field that has none: the executor knows what becomes of it."""


def serializer(kind: GraphQLLeafType, *, nullable: bool) -> Serialize:
    """The function from a field's value to what stands in the answer. Raises NullWhereNone where there must be a value."""
    serialize = _enum(kind) if isinstance(kind, GraphQLEnumType) else kind.serialize
    exact = {"String": str, "ID": str, "Boolean": bool, "Long": int}.get(kind.name)
    if exact is not None:
        return _plain(serialize, exact, nullable)

    def of(value: Any) -> Any:
        if value is None:
            return _null(nullable)
        return serialize(value)

    return of


def _plain(serialize: Serialize, exact: type, nullable: bool) -> Serialize:
    def of(value: Any) -> Any:
        if type(value) is exact:
            return value
        return _null(nullable) if value is None else serialize(value)

    return of


def _null(nullable: bool) -> None:
    if not nullable:
        raise NullWhereNone


def _enum(kind: GraphQLEnumType) -> Serialize:
    """By the members' identity: an enum's own hash is a call in Python, and its members live as long as it does."""
    members: Any = kind.wrapped_cls if isinstance(kind, CustomGraphQLEnumType) else ()
    names = {id(member): kind.serialize(member) for member in members}

    def of(value: Any) -> Any:
        name = names.get(id(value))
        return kind.serialize(value) if name is None else name

    return of
