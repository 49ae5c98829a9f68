"""The plans of documents that were asked with of late. Only valid documents are compiled: see checked.py."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    get_operation_ast,
    visit,
)
from graphql.execution.values import VariableValues
from strawberry import Schema

from graphql_api.compiled.calls import Run
from graphql_api.compiled.plan import Compiler, Plan
from graphql_api.compiled.selections import NotCompilable
from graphql_api.compiled.variables import Variables
from graphql_api.context import Context
from graphql_api.guards.cost import Costs
from graphql_api.guards.kept import Kept

CONDITIONS_MAX = 8
"""Plans of one operation at most: one for each set of values that its conditions have."""


InTurn = Callable[[Callable[[], Plan | None]], Awaitable[Plan | None]]
"""Runs what takes a while without keeping the event loop from its other work."""


class Asked(msgspec.Struct, frozen=True):
    """An operation of a document, with its variables as they came."""

    document: str
    operation_name: str | None
    variables: dict[str, Any] | None


class Known(msgspec.Struct):
    """A valid query, and its plans; none for what is left to the executor."""

    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Variables
    conditions: tuple[str, ...]
    plans: dict[tuple[Any, ...], Plan | None]


class Plans:
    """Plans of one schema, of so many documents."""

    def __init__(self, schema: Schema, costs: Costs, in_turn: InTurn, documents_max: int) -> None:
        self._schema = schema
        self._in_turn = in_turn
        self._costs = costs
        self._known: Kept[str, dict[str | None, Known]] = Kept(documents_max)

    def knows(self, asked: Asked) -> bool:
        """Whether the operation may have a plan."""
        return self._found(asked) is not None

    def is_paged(self, asked: Asked) -> bool:
        """Whether it is read as one message with its lists, in one round trip."""
        known = self._found(asked)
        return known is not None and any(plan is not None and plan.pages is not None for plan in known.plans.values())

    def cost(self, asked: Asked, document: DocumentNode) -> int | None:
        """What it may cost; None where that is too much, which is for the executor to tell."""
        try:
            return self._costs.of(asked.document, document, asked.operation_name, asked.variables)
        except GraphQLError:
            return None

    def learn(self, asked: Asked, document: DocumentNode) -> None:
        """Keeps a valid document."""
        operation = _operation(document, asked.operation_name)
        if operation is None or self.knows(asked):
            return
        variables = Variables(self._schema._schema, operation)
        of_document = self._known.get(asked.document)
        if of_document is None:
            of_document = {}
            self._known.keep(asked.document, of_document, len(asked.document))
        of_document[asked.operation_name] = Known(document, operation, variables, _conditions(document), {})

    def _found(self, asked: Asked) -> Known | None:
        of_document = self._known.get(asked.document)
        return None if of_document is None else of_document.get(asked.operation_name)

    async def run(self, asked: Asked, context: Context) -> dict[str, Any] | None:
        """The answer's data; None where the executor has to find it. The context is then spent."""
        known = self._found(asked)
        if known is None:
            return None
        try:
            coerced = known.variables.of(asked.variables)
            plan = await self._plan(known, coerced)
            return None if plan is None else await plan.run(Run(context, coerced))
        except Exception:
            # Whatever it is, also a defect of ours here: the executor runs into it as well, and tells it in its terms.
            return None

    async def _plan(self, known: Known, variables: VariableValues | None) -> Plan | None:
        values = tuple(variables.coerced.get(name) for name in known.conditions) if variables is not None else ()
        if values not in known.plans:
            if len(known.plans) >= CONDITIONS_MAX:
                return None
            known.plans[values] = await self._in_turn(lambda: self._compile(known, values))
        return known.plans[values]

    def _compile(self, known: Known, values: tuple[Any, ...]) -> Plan | None:
        conditions = dict(zip(known.conditions, values, strict=True))
        try:
            return Compiler(self._schema, known.document, known.operation, conditions).compile()
        except NotCompilable:
            return None


def _operation(document: DocumentNode, operation_name: str | None) -> OperationDefinitionNode | None:
    """The query to run; None where there is none, or several of which none is named."""
    operation = get_operation_ast(document, operation_name)
    return operation if operation is not None and operation.operation is OperationType.QUERY else None


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
