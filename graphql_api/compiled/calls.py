"""How a field's value is had: an attribute of its object, or a call of its resolver with arguments made ready beforehand."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import msgspec
from graphql import FieldNode, GraphQLField, ListValueNode, ObjectValueNode, ValueNode, VariableNode
from graphql.execution.values import VariableValues, get_argument_values
from strawberry import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from graphql_api.compiled.selections import NotCompilable
from graphql_api.context import Context

Taken = Callable[[VariableValues | None], dict[str, Any]]
"""The arguments that a resolver is called with, at given variables."""


class Run(msgspec.Struct, gc=False):
    """One run of a plan. Stands in for the executor's info, of which our resolvers use the context alone."""

    context: Context
    variables: VariableValues | None
    is_read: bool = False  # whether all that the plan's resolvers ask for was read beforehand


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

    if any(_varies(argument.value) for argument in node.arguments or ()):
        return at
    constant = at(None)
    return lambda _variables: constant


def _varies(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(_varies(item) for item in value.values)
    if isinstance(value, ObjectValueNode):
        return any(_varies(field.value) for field in value.fields)
    return isinstance(value, VariableNode)
