"""A plan: the functions that an operation's fields come to, from the root's down to the leaves.

What is under an object without a call to the store is one comprehension; calls on one level go out together, as the executor's
do, so that the loaders gather them. Rows of lists are read without making the schema's objects of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
)
from strawberry import Schema

from graphql_api.compiled.calls import Run, call_of
from graphql_api.compiled.completions import Completion, Member, attribute_of, called, list_of, nullable, object_of
from graphql_api.compiled.leaves import NullWhereNone, serializer
from graphql_api.compiled.pages import MessagePages, pages_of
from graphql_api.compiled.projections import PROJECTIONS, Projection, Reading, in_order, row_of
from graphql_api.compiled.selections import Nodes, NotCompilable, Selections

CONNECTION = "Connection"


class Plan(msgspec.Struct, frozen=True):
    """A compiled operation; `run` gives the answer's data, or raises."""

    root: Completion
    pages: MessagePages | None

    async def run(self, run: Run) -> dict[str, Any]:
        if self.pages is not None:
            await self.pages.read(run)
        found = self.root.complete(None, run)
        data: dict[str, Any] = await found if self.root.is_async else found
        return data


class Compiler:
    """Compiles one operation, at given values of the variables that stand in its conditions."""

    def __init__(
        self, schema: Schema, document: DocumentNode, operation: OperationDefinitionNode, conditions: Mapping[str, Any]
    ) -> None:
        self._schema = schema
        self._core = schema._schema
        self._operation = operation
        self._selections = Selections(self._core, document, conditions)
        self._paged: MessagePages | None = None

    def compile(self) -> Plan:
        """The plan; NotCompilable where the executor is needed."""
        query = self._core.query_type
        if query is None:
            raise NotCompilable("no queries")
        self._paged = self._pages(query)
        return Plan(self._object(query, [self._operation]), self._paged)

    def _pages(self, query: GraphQLObjectType) -> MessagePages | None:
        root = self._selections.of(query, [self._operation])
        message: Any = query.fields["message"].type
        below = self._selections.of(message, [node for nodes in root.values() for node in nodes])
        return pages_of(self._schema, query, root, below)

    def _object(
        self, kind: GraphQLObjectType, nodes: Sequence[FieldNode | OperationDefinitionNode]
    ) -> Completion:  # fmt: skip
        rows = _row_type(kind)
        member = self._member if rows is None else self._listed
        return object_of([member(kind, key, group) for key, group in self._selections.of(kind, nodes).items()])

    def _member(self, owner: GraphQLObjectType, key: str, nodes: Nodes) -> Member:
        name = nodes[0].name.value
        if name == "__typename":
            return Member(key, lambda _source, _run: owner.name, is_async=False)
        definition = owner.fields.get(name)
        if definition is None:
            raise NotCompilable(f"{name} is the executor's own")
        if self._paged is not None and owner is self._core.query_type and name == "message":
            return self._page(key, definition, nodes)
        call = call_of(self._schema, definition, nodes[0])
        completion = self._type(definition.type, nodes)
        if call.attribute is not None and completion.leaf is not None:
            return Member(key, attribute_of(call.attribute, completion.leaf), is_async=False)
        return Member(key, called(call, completion), is_async=call.is_async or completion.is_async)

    def _page(self, key: str, definition: GraphQLField, nodes: Nodes) -> Member:
        """The message whose page was read beforehand."""
        kind: Any = definition.type
        row = self._row(kind, nodes, is_page=True)
        complete = row.complete
        if row.is_async:
            return Member(
                key, lambda _, run: _nothing() if run.page is None else complete(run.page.message, run), is_async=True
            )
        return Member(key, lambda _, run: None if run.page is None else complete(run.page.message, run), is_async=False)

    def _listed(self, connection: GraphQLObjectType, key: str, nodes: Nodes) -> Member:
        """A field of a connection, whose nodes and edges are read from its rows."""
        name, rows = nodes[0].name.value, _row_type(connection)
        if rows is None or name not in ("nodes", "edges"):
            return self._member(connection, key, nodes)
        if name == "nodes":
            items = list_of(self._row(rows, nodes))
            complete = items.complete
            return Member(key, lambda source, run: complete(source.rows, run), items.is_async)
        edge = get_named_type(connection.fields["edges"].type)
        assert isinstance(edge, GraphQLObjectType)  # noqa: S101 (the schema's own shape)
        items = list_of(
            object_of([self._of_edge(edge, rows, *item) for item in self._selections.of(edge, nodes).items()])
        )
        complete_edges = items.complete
        return Member(key, lambda source, run: complete_edges(source.places(), run), items.is_async)

    def _of_edge(self, edge: GraphQLObjectType, rows: GraphQLObjectType, key: str, nodes: Nodes) -> Member:
        """A field of an edge, which is given as (cursor, row)."""
        if nodes[0].name.value == "node":
            row = self._row(rows, nodes)
            complete = row.complete
            return Member(key, lambda place, run: complete(place[1], run), row.is_async)
        if nodes[0].name.value == "cursor":
            return Member(key, lambda place, _run: place[0], is_async=False)
        return self._member(edge, key, nodes)

    def _row(self, kind: GraphQLObjectType, nodes: Nodes, *, is_page: bool = False) -> Completion:
        """The completion of a row as an object of this type; `is_page`: the lists that it leads to were read with it."""
        projection: Projection = PROJECTIONS[kind.name]
        read, rest = [], []
        selected = self._selections.of(kind, nodes)
        for key, group in selected.items():
            definition = kind.fields.get(group[0].name.value)
            name = definition.extensions["strawberry-definition"].python_name if definition else ""
            if is_page and definition is not None and (listed := self._read_list(name, definition, group)) is not None:
                read.append(Reading(key, lambda row, _sight: row, listed))
                continue
            if definition is None or name not in projection.fields:
                rest.append(self._member(kind, key, group))
                continue
            completion = self._type(definition.type, group)
            read.append(Reading(key, projection.fields[name], completion, projection.columns.get(name)))
        keys = list(selected)
        row = row_of(projection, read, rest)
        made = [one.key for one in sorted(read, key=lambda one: one.completion.leaf is None)] + [
            one.key for one in rest
        ]
        return row if keys == made else in_order(row, keys)

    def _read_list(self, name: str, definition: GraphQLField, nodes: Nodes) -> Completion | None:
        """The completion of a list that was read with its message; None where there is more to ask for."""
        if self._paged is None or name not in self._paged.lists:
            return None
        listed = self._type(definition.type, nodes)
        complete = listed.complete
        return None if listed.is_async else Completion(lambda _, run: complete(run.lists[name], run), is_async=False)

    def _type(self, kind: GraphQLOutputType, nodes: Nodes) -> Completion:
        required = isinstance(kind, GraphQLNonNull)
        inner: Any = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if is_leaf_type(inner):
            serialize = serializer(inner, nullable=not required)
            return Completion(lambda value, _run: serialize(value), is_async=False, leaf=serialize)
        present = self._present(inner, nodes)
        return present if required else nullable(present)

    def _present(self, kind: GraphQLOutputType, nodes: Nodes) -> Completion:
        """The completion of a list, or of an object that is there."""
        if isinstance(kind, GraphQLList):
            return list_of(self._type(kind.of_type, nodes))
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, nodes)
        if isinstance(kind, (GraphQLInterfaceType, GraphQLUnionType)):
            return self._abstract(kind, nodes)
        raise NotCompilable(f"values of {kind}")

    def _abstract(self, kind: GraphQLInterfaceType | GraphQLUnionType, nodes: Nodes) -> Completion:
        possible = {one.name: self._object(one, nodes) for one in self._core.get_possible_types(kind)}

        async def complete(value: Any, run: Run) -> Any:
            if value is None:
                raise NullWhereNone
            chosen = possible[type(value).__strawberry_definition__.name]
            found = chosen.complete(value, run)
            return await found if chosen.is_async else found

        return Completion(complete, is_async=True)


async def _nothing() -> None:
    return None


def _row_type(kind: GraphQLObjectType) -> GraphQLObjectType | None:
    """The type of a connection's rows, where they can be read without making objects of them."""
    if not kind.name.endswith(CONNECTION) or "nodes" not in kind.fields:
        return None
    rows = get_named_type(kind.fields["nodes"].type)
    return rows if isinstance(rows, GraphQLObjectType) and rows.name in PROJECTIONS else None
