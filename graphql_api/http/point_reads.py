"""Point reads: documents that ask for messages by their tracking ids and for nothing else, so that their revisions tell whether an
answer is still the same. One look at the store then answers 304, without running anything.

A tag is a hash of the request, of what its caller may see, and of the messages' views, whose revision grows with every event. It
changes with the minute too: an erased address, an older copy of an event or another classification changes an answer and no
revision.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec
import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    VariableNode,
    parse,
)

from delivery.errors import Retryable
from delivery.event import view_text
from delivery.views import encode_view
from graphql_api.access.access import Caller
from graphql_api.context import Context
from graphql_api.guards.kept import Kept
from graphql_api.http.requests import GraphQLRequest

TAG_MS_MAX = 60_000
MESSAGES_MAX = 20


class Asked(msgspec.Struct, frozen=True):
    """A tracking id: itself, or the variable that holds it."""

    text: str
    is_variable: bool

    def of(self, variables: Mapping[str, Any]) -> str | None:
        found = variables.get(self.text) if self.is_variable else self.text
        return found if isinstance(found, str) else None


class PointReads:
    """Which documents are point reads; those that came last are remembered."""

    def __init__(self, documents_max: int, version: str) -> None:
        self._version = version
        self._known: Kept[tuple[str, str | None], tuple[Asked, ...]] = Kept(documents_max)

    async def tag(
        self, query: str, request: GraphQLRequest, caller: Caller, context: Context, reply_type: str
    ) -> str | None:
        """The tag that the answer has now; None where the document is no point read, or the store can't tell."""
        variables = request.variables or {}
        asked = [one.of(variables) for one in self._asked(query, request.operation_name)]
        ids = [view_text(found) for found in asked if found is not None]
        if not ids or len(ids) < len(asked):
            return None
        state = blake2b(digest_size=16)
        try:
            views = await context.loaders.read_messages(ids)
        except Retryable:
            return None  # the operation meets the same, and says it
        for view in views:
            if view is None:
                return None
            state.update(encode_view(view))
        scope = caller.scope
        senders = None if scope.sender_ids is None else sorted(scope.sender_ids)
        minute = context.sources.now() // TAG_MS_MAX
        about = [self._version, reply_type, query, request.operation_name, senders, scope.addresses, minute]
        state.update(orjson.dumps([about, variables], option=orjson.OPT_SORT_KEYS))
        return f'W/"m{state.hexdigest()}"'

    def _asked(self, query: str, operation_name: str | None) -> tuple[Asked, ...]:
        key = (query, operation_name)
        found = self._known.get(key)
        if found is None:
            found = _read(query, operation_name)
            self._known.keep(key, found, len(query))
        return found


def _read(query: str, operation_name: str | None) -> tuple[Asked, ...]:
    """The ids of a point read, nothing where it is none."""
    try:
        operation = _operation(parse(query, max_tokens=2_000), operation_name)
    except GraphQLError:
        return ()
    if operation is None or operation.operation is not OperationType.QUERY or operation.directives:
        return ()
    ids: list[Asked] = []
    for node in operation.selection_set.selections:
        if not isinstance(node, FieldNode) or node.directives or len(ids) == MESSAGES_MAX:
            return ()
        if node.name.value == "__typename":
            continue
        values = [argument.value for argument in node.arguments or () if argument.name.value == "trackingId"]
        if node.name.value != "message" or len(values) != 1:
            return ()
        (value,) = values
        if isinstance(value, VariableNode):
            ids.append(Asked(value.name.value, is_variable=True))
        elif isinstance(value, StringValueNode):
            ids.append(Asked(value.value, is_variable=False))
        else:
            return ()
    return tuple(ids)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    named = [node for node in operations if name is None or (node.name and node.name.value == name)]
    return named[0] if len(named) == 1 else None
