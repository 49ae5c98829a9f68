"""How a field's value is had: an attribute of its object, or a call of its resolver with arguments made ready beforehand."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec
from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from graphql_api.compiled.leaves import NullWhereNone
from graphql_api.compiled.selections import NotCompilable
from graphql_api.context import Context
from store.contract import MessagePage

PLAIN = frozenset({"String", "ID", "Int", "Boolean"})
"""Scalars whose values resolvers get as they are."""

Taken = Callable[[VariableValues | None], dict[str, Any]]
"""The arguments that a resolver is called with, at given variables."""


class Run(msgspec.Struct, gc=False):
    """One run of a plan. Stands in for the executor's info, of which our resolvers use the context alone."""

    context: Context
    variables: VariableValues | None
    is_read: bool = False  # whether all that the plan's resolvers ask for was read beforehand
    page: MessagePage | None = None  # what was read: see pages.py
    lists: dict[str, Any] = {}


Get = Callable[[Any, Run], Any]
"""The field's value on an object; awaitable where the resolver is."""


class Call(msgspec.Struct, frozen=True):
    """A field as it is selected here. `attribute` is set where the value is just that of the object's attribute."""

    get: Get
    is_async: bool
    attribute: str | None = None


def call_of(schema: Schema, definition: GraphQLField, node: FieldNode) -> Call:
    """The call that gives the selected field's value."""
    field: StrawberryField = definition.extensions["strawberry-definition"]
    if field.extensions or field.permission_classes:
        raise NotCompilable(f"{field.python_name} is extended")
    if field.base_resolver is None:
        read = attrgetter(field.python_name)
        return Call(lambda source, _run: read(source), is_async=False, attribute=field.python_name)
    resolver: Any = field.base_resolver.wrapped_func
    takes_info = field.base_resolver.info_parameter is not None
    if field.base_resolver.root_parameter or field.base_resolver.parent_parameter:
        raise NotCompilable(f"{field.python_name} asks for its parent")
    arguments = arguments_of(schema, definition, node)

    def with_info(source: Any, run: Run) -> Any:
        return resolver(source, info=run, **arguments(run.variables))

    def without(source: Any, run: Run) -> Any:
        return resolver(source, **arguments(run.variables))

    return Call(with_info if takes_info else without, is_async=field.is_async)


def arguments_of(schema: Schema, definition: GraphQLField, node: FieldNode) -> Taken:
    """The resolver's arguments at given variables; worked out here and now where no variable stands in them."""
    field: StrawberryField = definition.extensions["strawberry-definition"]

    def at(variables: VariableValues | None) -> dict[str, Any]:
        return convert_arguments(
            get_argument_values(definition, node, variables),
            field.arguments,
            scalar_registry=schema.schema_converter.scalar_registry,
            config=schema.config,
        )

    varying = [one for one in node.arguments or () if _varies(one.value)]
    if not varying:
        constant = at(None)
        return lambda _variables: constant
    names = {schema.config.name_converter.from_argument(one): one.python_name for one in field.arguments}
    passed = [one for one in (Passed.of(definition, names, node) for node in varying) if one is not None]
    if len(passed) < len(node.arguments or ()) or any(map(_has_default, definition.args.values())):
        return at
    return _passing(passed)


class Passed(msgspec.Struct, frozen=True):
    """An argument that is a variable and nothing else, of a scalar that is taken as it is."""

    argument: str
    variable: str
    is_required: bool

    @classmethod
    def of(cls, definition: GraphQLField, names: Mapping[str, str], node: ArgumentNode) -> "Passed | None":
        """None where the value has to be looked at."""
        kind: Any = definition.args[node.name.value].type
        is_required = isinstance(kind, GraphQLNonNull)
        scalar = getattr(kind.of_type if is_required else kind, "name", "")
        if not isinstance(node.value, VariableNode) or scalar not in PLAIN:
            return None
        return cls(names[node.name.value], node.value.name.value, is_required)


def _has_default(argument: GraphQLArgument) -> bool:
    return argument.default is not None or argument.default_value is not Undefined


def _passing(passed: Sequence[Passed]) -> Taken:
    def at(variables: VariableValues | None) -> dict[str, Any]:
        given = {} if variables is None else variables.coerced
        taken = {}
        for one in passed:
            if one.variable in given:
                value = taken[one.argument] = given[one.variable]
                if value is None and one.is_required:
                    raise NullWhereNone
            elif one.is_required:
                raise NullWhereNone
        return taken

    return at


def _varies(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(_varies(item) for item in value.values)
    if isinstance(value, ObjectValueNode):
        return any(_varies(field.value) for field in value.fields)
    return isinstance(value, VariableNode)
