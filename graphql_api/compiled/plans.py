"""The plans of the latest documents. A document is compiled after the executor has run it without an error: then it is valid."""

from collections import OrderedDict
from typing import Any

import msgspec
from graphql import (
    DirectiveNode,
    DocumentNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    parse,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from strawberry import Schema

from graphql_api.compiled.calls import Run
from graphql_api.compiled.plan import Compiler, Plan
from graphql_api.compiled.selections import NotCompilable
from graphql_api.context import Context
from graphql_api.cost import Costs

CONDITIONS_MAX = 8
"""Plans of one operation at most: one for each set of values that its conditions have."""


class Asked(msgspec.Struct, frozen=True):
    """An operation of a document, with its variables as they came."""

    document: str
    operation_name: str | None
    variables: dict[str, Any] | None


class Known(msgspec.Struct):
    """An operation that the executor has run, and its plans; none for what is left to the executor."""

    document: DocumentNode
    operation: OperationDefinitionNode
    conditions: tuple[str, ...]
    plans: dict[tuple[Any, ...], Plan | None]


class Plans:
    """Plans of one schema."""

    def __init__(self, schema: Schema, costs: Costs, documents_max: int) -> None:
        self._schema = schema
        self._costs = costs
        self._documents_max = documents_max
        self._known: OrderedDict[tuple[str, str | None], Known] = OrderedDict()

    def knows(self, asked: Asked) -> bool:
        """Whether the operation may have a plan."""
        return (asked.document, asked.operation_name) in self._known

    def learn(self, asked: Asked) -> None:
        """Keeps a document that has just been run without an error."""
        key = (asked.document, asked.operation_name)
        if key in self._known:
            return
        document = parse(asked.document)
        operation = _operation(document, asked.operation_name)
        if operation.operation is not OperationType.QUERY:
            return
        self._known[key] = Known(document, operation, _conditions(document), {})
        if len(self._known) > self._documents_max:
            self._known.popitem(last=False)

    async def run(self, asked: Asked, context: Context) -> dict[str, Any] | None:
        """The answer's data; None where the executor has to find it. The context is then spent."""
        known = self._known[asked.document, asked.operation_name]
        try:
            definitions = known.operation.variable_definitions
            coerced = None
            if definitions:
                found = get_variable_values(self._schema._schema, definitions, dict(asked.variables or {}))
                if isinstance(found, list):
                    return None
                coerced = found
            plan = self._plan(known, coerced)
            if plan is None:
                return None
            cost = self._costs.of(asked.document, known.document, asked.operation_name, asked.variables)
            context.budget.cost = cost
            return await plan.run(Run(context, coerced))
        except Exception:
            # Whatever it is, also a defect of ours here: the executor runs into it as well, and tells it in its terms.
            return None

    def _plan(self, known: Known, variables: VariableValues | None) -> Plan | None:
        values = tuple(variables.coerced.get(name) for name in known.conditions) if variables is not None else ()
        if values not in known.plans:
            if len(known.plans) >= CONDITIONS_MAX:
                return None
            conditions = dict(zip(known.conditions, values, strict=True))
            try:
                known.plans[values] = Compiler(self._schema, known.document, known.operation, conditions).compile()
            except NotCompilable:
                known.plans[values] = None
        return known.plans[values]


def _operation(document: DocumentNode, operation_name: str | None) -> OperationDefinitionNode:
    return next(
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        and (operation_name is None or (node.name is not None and node.name.value == operation_name))
    )


def _conditions(document: DocumentNode) -> tuple[str, ...]:
    """The variables that decide what is included."""
    found: dict[str, None] = {}

    class Conditions(Visitor):
        def enter_directive(self, node: DirectiveNode, *_args: Any) -> None:
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    found[argument.value.name.value] = None

    visit(document, Conditions())
    return tuple(found)
