"""Subscriptions' documents: read, checked against schema and limits, and kept; then what one of them asks for.

The checks are those of every operation (limits.py, cost.py). Strawberry's own way of running subscriptions would run each
document once for each client.
"""

from collections.abc import AsyncGenerator, Awaitable, Sequence
from typing import Any, TypeGuard, cast

import msgspec
from graphql import (
    DocumentNode,
    Executor,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    Visitor,
    create_source_event_stream,
    get_operation_ast,
    visit,
)
from graphql.execution import ExecutionResult

from graphql_api.context import Context
from graphql_api.errors import BAD_USER_INPUT, problem, render_error
from graphql_api.guards.kept import Kept
from graphql_api.guards.reading import Reading
from graphql_api.live.subscription import Wanted
from graphql_api.settings import GraphQLSettings


class Refused(Exception):
    """An operation that doesn't run. `errors` are as a client gets them."""

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = list(errors)


class Prepared(msgspec.Struct, frozen=True):
    """A valid subscription. `resuming` is the variable that holds nothing but its `after`, None without one."""

    text: str
    operation_name: str | None
    document: DocumentNode
    resuming: str | None


class Documents:
    """The documents of one server, those of the latest kept."""

    def __init__(self, settings: GraphQLSettings, reading: Reading) -> None:
        self._reading = reading
        self._checked = reading.documents
        self._prepared: Kept[tuple[str, str | None], Prepared] = Kept(settings.documents_cached_max)

    async def prepare(self, text: str, operation_name: str | None) -> Prepared | None:
        """The document as a subscription; None where it is another operation. Refused where it can't run."""
        key = (text, operation_name)
        prepared = self._prepared.get(key)
        if prepared is None:
            verdict = await self._reading.verdict(text, operation_name)
            if verdict.operation not in (None, OperationType.SUBSCRIPTION):
                return None
            if verdict.errors:
                raise Refused(verdict.errors)
            document = (await self._reading.read(text, operation_name, verdict)).document
            if document is None:
                raise TypeError("what was found valid is a document")
            operation = _chosen(document, operation_name)
            prepared = Prepared(text, operation_name, document, _resuming(document, operation))
            self._prepared.keep(key, prepared, len(text))
        return prepared

    def executor(self, prepared: Prepared, variables: dict[str, Any] | None) -> Executor[Any]:
        """What runs the selection, once its context and its root value are put in. Refused where it would cost too much."""
        try:
            self._checked.costs.of(prepared.text, prepared.document, prepared.operation_name, variables)
        except GraphQLError as error:
            raise Refused([render_error(error, True)]) from None
        executor = Executor.build(
            self._checked.schema,
            prepared.document,
            raw_variable_values=variables,
            operation_name=prepared.operation_name,
            is_awaitable=_is_awaitable,
        )
        if isinstance(executor, list):
            raise Refused([render_error(error, True) for error in executor])
        return executor

    async def wanted(self, executor: Executor[Any], context: Context) -> Wanted:
        """What the operation's field asks for. Refused where its arguments can't be used."""
        asking = executor.build_per_event_executor(None)
        asking.context_value = context
        stream = create_source_event_stream(asking)
        if _is_awaitable(stream):
            stream = await stream
        if isinstance(stream, ExecutionResult):
            errors = stream.errors or [GraphQLError("nothing to follow")]
            raise Refused([render_error(error, True) for error in errors])
        return await _first(cast("AsyncGenerator[Any, None]", stream))


async def _first(stream: AsyncGenerator[Any, None]) -> Wanted:
    try:
        async for wanted in stream:
            if isinstance(wanted, Wanted):
                return wanted
    except GraphQLError as error:
        raise Refused([render_error(error, True)]) from None
    finally:
        await stream.aclose()
    raise TypeError("a subscription's resolver has to say what is wanted")


def _is_awaitable(value: Any) -> TypeGuard[Awaitable[Any]]:
    return hasattr(value, "__await__")


def _chosen(document: DocumentNode, operation_name: str | None) -> OperationDefinitionNode:
    operation = get_operation_ast(document, operation_name)
    if operation is not None:
        return operation
    named = f"the document has no operation {operation_name[:100]!r}" if operation_name else None
    reason = named or "the document has several operations, or none: name one as operationName"
    raise Refused([render_error(problem(reason, BAD_USER_INPUT), False)])


def _resuming(document: DocumentNode, operation: OperationDefinitionNode) -> str | None:
    """The variable that is the root field's `after` and nothing else: it makes no difference to what is selected."""
    root = _root_field(document, operation.selection_set)
    after = (
        next((argument.value for argument in root.arguments or () if argument.name.value == "after"), None)
        if root
        else None
    )
    if not isinstance(after, VariableNode):
        return None
    counter = _Uses()
    visit(document, counter)
    name = after.name.value
    return name if counter.found.count(name) == 2 else None  # its definition, and this use


def _root_field(document: DocumentNode, selections: SelectionSetNode) -> FieldNode | None:
    node = selections.selections[0]
    if isinstance(node, FieldNode):
        return node
    if isinstance(node, InlineFragmentNode):
        return _root_field(document, node.selection_set)
    if isinstance(node, FragmentSpreadNode):
        for definition in document.definitions:
            if getattr(getattr(definition, "name", None), "value", None) == node.name.value:
                return _root_field(document, definition.selection_set)  # type: ignore[attr-defined]  # a fragment's
    return None


class _Uses(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def enter_variable(self, node: VariableNode, *_args: Any) -> None:
        self.found.append(node.name.value)
