"""Variables as an operation's plan gets them: what their definitions come to is worked out once, values at each run.

The rules are graphql-core's (execution/values.py); a value that they don't admit is for the executor to tell.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from graphql import (
    GraphQLError,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    coerce_input_value,
    is_leaf_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

EXACT = {"String": str, "ID": str, "Boolean": bool}
"""The scalars whose values need no more than a look at their type."""


class Defined(msgspec.Struct, frozen=True):
    """A variable's definition. `exact` is the type of values that are taken as they are; others are looked at."""

    name: str
    signature: GraphQLVariableSignature
    is_required: bool
    exact: type | None


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._nodes = operation.variable_definitions or ()
        self._defined: list[Defined] | None = []
        for node in self._nodes:
            signature = get_variable_signature(schema, node)
            if isinstance(signature, GraphQLError) or node.default_value is not None:
                self._defined = None
                return
            kind: Any = signature.type
            required = isinstance(kind, GraphQLNonNull)
            named = kind.of_type if required else kind
            if not is_leaf_type(named):
                self._defined = None
                return
            self._defined.append(Defined(signature.name, signature, required, EXACT.get(named.name)))

    def of(self, given: Mapping[str, Any] | None) -> VariableValues | None:
        """The values; None where there are no variables. Raises where they are not admitted."""
        if not self._nodes:
            return None
        found = self._simple(given or {})
        if found is None:
            coerced = get_variable_values(self._schema, self._nodes, dict(given or {}))
            if isinstance(coerced, list):
                raise coerced[0]
            found = coerced
        return found

    def _simple(self, given: Mapping[str, Any]) -> VariableValues | None:
        """The values where all of them are scalars; None where that can't be told here."""
        if self._defined is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for one in self._defined:
            value = given.get(one.name, Undefined)
            if value is Undefined and not one.is_required:
                sources[one.name] = VariableValueSource(one.signature)
                continue
            sources[one.name] = VariableValueSource(one.signature, value)
            if type(value) is not one.exact:
                value = coerce_input_value(value, one.signature.type)
                if value is Undefined:
                    return None
            coerced[one.name] = value
        return VariableValues(sources, coerced)
