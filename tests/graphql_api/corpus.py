"""Documents that reach every field of the schema, by every path of a few rows' length. Made from the schema itself."""

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
)

ROWS = ("Message", "Delivery", "Event")
DAY = '{gte: "2025-10-09T00:00:00Z", lt: "2025-10-10T00:00:00Z"}'
"""When the histories of the tests begin."""


class Corpus:
    """Writes selections, and remembers which fields they reach."""

    def __init__(self, schema: GraphQLSchema, page: str = "first: 200", rows: int = 200) -> None:
        """`rows` is how many of a list that stands at the root, `page` the arguments of those within."""
        self._schema = schema
        self._page = page
        self._rows = rows
        self.reached: set[tuple[str, str]] = set()

    def documents(self, hops: int) -> list[str]:
        """A document for each way of reading connections, from each root field, rows leading to rows so many times."""
        arguments = {
            "node": "(id: $id)",
            "nodes": "(ids: $ids)",
            "message": "(trackingId: $trackingId)",
            "messages": f"(where: $messages, first: {self._rows})",
            "deliveries": f"(where: $deliveries, first: {self._rows})",
            "events": f"(where: $events, first: {self._rows})",
            "statistics": f"(where: {{occurredAt: {DAY}}}, interval: HOUR)",
        }
        variables = {
            "node": "($id: ID!)",
            "nodes": "($ids: [ID!]!)",
            "message": "($trackingId: String!)",
            "messages": "($messages: MessageFilter)",
            "deliveries": "($deliveries: DeliveryFilter)",
            "events": "($events: EventFilter)",
        }
        documents = []
        assert self._schema.query_type is not None
        for name, field in self._schema.query_type.fields.items():
            self.reached.add(("Query", name))
            for edges in (False, True):
                inner = self._selection(field.type, hops, edges=edges)
                documents.append(f"query Q{variables.get(name, '')} {{ {name}{arguments.get(name, '')} {inner} }}")
        return documents

    def _selection(self, kind: GraphQLOutputType, hops: int, *, edges: bool) -> str:
        named = get_named_type(kind)
        if is_leaf_type(named):
            return ""
        if named.name == "Node":
            self.reached.add(("Node", "id"))
            parts = [f"... on {name} {self._object(self._schema.type_map[name], hops, edges=edges)}" for name in ROWS]
            return f"{{ __typename id {' '.join(parts)} }}"
        return self._object(named, hops, edges=edges)

    def _object(self, kind: object, hops: int, *, edges: bool) -> str:
        assert is_object_type(kind)
        assert isinstance(kind, GraphQLObjectType)
        if kind.name in ROWS:
            hops -= 1
        parts = ["__typename"]
        for name, field in kind.fields.items():
            target = get_named_type(field.type)
            if hops <= 0 and (target.name in ROWS or target.name.endswith("Connection")):
                continue
            if (name == "nodes" and edges) or (name == "edges" and not edges):
                continue
            self.reached.add((kind.name, name))
            arguments = f"({self._page})" if target.name.endswith("Connection") else ""
            arguments = "(by: SENDER_ID)" if name == "breakdown" else arguments
            # Below `node` fields of several types must not meet under one name.
            label = f"{kind.name}_{name}: " if kind.name in ROWS and name != "id" else ""
            parts.append(f"{label}{name}{arguments} {self._selection(field.type, hops, edges=edges)}")
        return f"{{ {' '.join(parts)} }}"


def every_field(schema: GraphQLSchema) -> set[tuple[str, str]]:
    """All fields that a query can reach; what is live, and mutations, have tests of their own."""
    waiting: list[object] = [schema.query_type]
    found: set[tuple[str, str]] = set()
    known: set[object] = set()
    while waiting:
        kind = waiting.pop()
        if kind in known or not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            continue
        known.add(kind)
        if isinstance(kind, GraphQLInterfaceType):
            waiting += schema.get_possible_types(kind)
        else:
            found |= {(kind.name, field) for field in kind.fields}
        waiting += [get_named_type(field.type) for field in kind.fields.values()]
    return found
