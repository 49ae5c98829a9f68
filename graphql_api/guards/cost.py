"""What an operation may cost at most, told before it runs: the number of fields that its answer could hold.

The executor's time is spent per field, so this bounds it. A page counts with the size that it asks for, other lists with a size
that they rarely exceed. A document is measured once; only the sizes that its variables carry are put in at each run (sizes.py).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    VariableNode,
    get_named_type,
    value_from_ast_untyped,
)

from graphql_api.errors import limit_exceeded
from graphql_api.guards.kept import Kept
from graphql_api.guards.sizes import Bounds, Buckets, Held, Size, unfilled
from graphql_api.settings import GraphQLSettings

OPERATIONS_MAX = 20
"""Of one document, that are remembered; others are measured each time."""

LIST_SIZE = 10
"""Facts, partitions: lists without pages."""

SIZES = {"breakdown": 20, "nodes": 1}
"""Those of another size where the document doesn't say: of ids a single one may stand without its list."""

SCHEMA_LISTS = {"types": 50, "fields": 6, "directives": 6, "enumValues": 2}
"""What the lists of an introspection hold on average, 1 where they are not named here."""
PAGED = ("nodes", "edges")
REQUEUED = ("RequeueDeadLettersPayload", "letters")
"""The mutation's page, beside those of connections."""
ASKING = ("ids", "first", "last")
"""Arguments that say how many rows there are."""


class Part(msgspec.Struct):
    """Fields that are there once, and parts that are there so many times."""

    fields: int = 0
    parts: list[tuple[Size | Buckets, "Part"]] = msgspec.field(default_factory=list)

    def is_fixed(self) -> bool:
        """Whether no variable makes a difference."""
        return all(size.is_fixed() and part.is_fixed() for size, part in self.parts)

    def cost(self, variables: Mapping[str, Any], bounds: Bounds) -> int:
        return self.fields + sum(size.of(variables, bounds) * part.cost(variables, bounds) for size, part in self.parts)


class Costs:
    """The costs of one schema's documents; those that were asked for of late are kept. `now` is a clock in ms since 1970."""

    def __init__(self, schema: GraphQLSchema, settings: GraphQLSettings, now: Callable[[], int]) -> None:
        self._schema = schema
        self._now = now
        self._settings = settings
        self._measured: Kept[str, dict[str | None, Part | GraphQLError]] = Kept(settings.documents_cached_max)

    def of(
        self, text: str, document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any] | None
    ) -> int:
        """The cost of a valid document's operation. LIMIT_EXCEEDED where it is over query_cost_max."""
        part = self.measured(text, document, operation_name)
        if isinstance(part, GraphQLError):
            raise part
        cost = self.with_variables(part, variables)
        if cost > self._settings.query_cost_max:
            raise limit_exceeded("query_cost_max", self._settings.query_cost_max, cost)
        return cost

    def with_variables(self, part: Part, variables: Mapping[str, Any] | None) -> int:
        """What a measured operation may cost with these variables."""
        settings = self._settings
        return part.cost(variables or {}, Bounds(settings.page_size_max, settings.statistics_buckets_max, self._now()))

    def measured(self, text: str, document: DocumentNode, operation_name: str | None) -> Part | GraphQLError:
        """An operation's measure, which is kept; an error where that is too much at any variables."""
        measured = self._measured.get(text)
        part = None if measured is None else measured.get(operation_name)
        return self._measure(text, document, operation_name) if part is None else part

    def _measure(self, text: str, document: DocumentNode, operation_name: str | None) -> Part | GraphQLError:
        try:
            part: Part | GraphQLError = _Measuring(self._schema, self._settings, document, operation_name).measure()
        except GraphQLError as error:
            part = error
        if isinstance(part, Part) and part.is_fixed():
            part = Part(self.with_variables(part, None))
        self.keep(text, operation_name, part)
        return part

    def keep(self, text: str, operation_name: str | None, part: Part | GraphQLError) -> None:
        """The operation's measure is known from now on."""
        measured = self._measured.get(text)
        if measured is None:
            measured = {}
            self._measured.keep(text, measured, len(text))
        if len(measured) < OPERATIONS_MAX:
            measured[operation_name] = part


Nodes = list[tuple[FieldNode, GraphQLNamedType | None]]
"""Places of one field, each with the type that it stands on."""
Collected = dict[str, dict[str, Nodes]]
"""Fields by their response key, and by that type: of two types that exclude one another they may differ."""


class _Measuring:
    """One operation's measure. Fields of one response key and type are one field, as the executor merges them.

    A fragment is put in once beside itself, as the executor does too: put in for each place where it stands, those that spread
    one another some times would never be measured to their end.
    """

    def __init__(
        self, schema: GraphQLSchema, settings: GraphQLSettings, document: DocumentNode, operation_name: str | None
    ) -> None:
        self._schema = schema
        self._fields_max = settings.query_tokens_max
        self._page = min(settings.page_size_default, settings.page_size_max)
        self._fragments: dict[str, FragmentDefinitionNode] = {}
        self._visited = 0
        self._operation: OperationDefinitionNode | None = None
        for node in document.definitions:
            if isinstance(node, FragmentDefinitionNode):
                self._fragments[node.name.value] = node
            elif isinstance(node, OperationDefinitionNode) and (
                operation_name is None or (node.name and node.name.value == operation_name)
            ):
                self._operation = node
        self._defaults = {
            defined.variable.name.value: value_from_ast_untyped(defined.default_value)
            for defined in (self._operation.variable_definitions or () if self._operation else ())
            if defined.default_value is not None
        }

    def measure(self) -> Part:
        if self._operation is None:
            return Part()  # there is none of this name: nothing runs
        root = self._schema.get_root_type(self._operation.operation)
        return self._part([self._operation.selection_set.selections], root, Size(1))

    def _part(
        self, groups: Iterable[Sequence[SelectionNode]], kind: GraphQLNamedType | None, page: Size | Buckets
    ) -> Part:  # fmt: skip
        collected: Collected = {}
        spread: set[str] = set()
        for selections in groups:
            self._collect(selections, kind, collected, spread)
        part = Part()
        for by_owner in collected.values():
            self._visited += 1
            if self._visited > self._fields_max:
                raise limit_exceeded("query_tokens_max (fields, fragments put in)", self._fields_max, self._visited)
            found = [nodes for nodes in by_owner.values() if nodes[0][0].selection_set is not None]
            part.fields += not found
            for nodes in found:
                self._put_in(part, nodes, page)
        return part

    def _put_in(self, part: Part, nodes: Nodes, page: Size | Buckets) -> None:
        """Adds a field that others are below, from all places where it stands."""
        node, owner = nodes[0]
        target, listed = self._target(node, owner)
        below = [field.selection_set.selections for field, _ in nodes if field.selection_set]
        inner = self._part(below, target, self._size_below(node, page))
        inner.fields += 1
        part.fields += listed
        part.parts.append((self._list_size(node, owner, page) if listed else Size(1), inner))

    def _collect(
        self,
        selections: Sequence[SelectionNode],
        kind: GraphQLNamedType | None,
        collected: Collected,
        spread: set[str],
    ) -> None:
        for node in selections:
            if isinstance(node, FieldNode):
                name = node.alias.value if node.alias else node.name.value
                of_key = collected.setdefault(name, {})
                of_key.setdefault("" if kind is None else kind.name, []).append((node, kind))
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self._schema.type_map.get(condition.name.value) if condition else kind
                self._collect(node.selection_set.selections, inner, collected, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = self._fragments[node.name.value]
                inner = self._schema.type_map.get(fragment.type_condition.name.value)
                self._collect(fragment.selection_set.selections, inner, collected, spread)

    def _target(self, node: FieldNode, owner: GraphQLNamedType | None) -> tuple[GraphQLNamedType | None, bool]:
        """The field's type, and whether it is a list."""
        name = node.name.value
        if name in ("__schema", "__type"):
            return self._schema.type_map["__Schema" if name == "__schema" else "__Type"], False
        field = getattr(owner, "fields", {}).get(name)
        return (get_named_type(field.type), "[" in str(field.type)) if field else (None, False)

    def _list_size(self, node: FieldNode, owner: GraphQLNamedType | None, page: Size | Buckets) -> Size | Buckets:
        name = node.name.value
        of_owner = "" if owner is None else owner.name
        if (name in PAGED and of_owner.endswith("Connection")) or (of_owner, name) == REQUEUED or name == "buckets":
            return page
        if of_owner.startswith("__"):
            return Size(SCHEMA_LISTS.get(name, 1))
        return Size(SIZES.get(name, LIST_SIZE), self._asked(node))

    def _size_below(self, node: FieldNode, page: Size | Buckets) -> Size | Buckets:
        """The size of the lists below a field that have it from there: a page's, or that of all that statistics hold."""
        if node.name.value == "breakdown":
            return page
        if node.name.value != "statistics":
            return Size(self._page, self._asked(node))
        given = {argument.name.value: unfilled(argument.value, self._defaults) for argument in node.arguments or ()}
        return Buckets(given.get("where"), given.get("interval"))

    def _asked(self, node: FieldNode) -> tuple[int | Held, ...]:
        """What the field's arguments ask for: where several do, the resolver takes one or refuses."""
        values = [argument.value for argument in node.arguments or () if argument.name.value in ASKING]
        found = (
            Held(value.name.value, self._defaults.get(value.name.value))
            if isinstance(value, VariableNode)
            else _number(value)
            for value in values
        )
        return tuple(one for one in found if one is not None)


def _number(value: Any) -> int | None:
    if isinstance(value, IntValueNode):
        return int(value.value)
    return len(value.values) or None if isinstance(value, ListValueNode) else None
