"""Documents that Hypothesis makes from the schema: any fields, aliases, fragments, conditions and pages, good and bad sizes."""

import re
from itertools import count
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type
from hypothesis import strategies as st

ROOTS = ("node", "nodes", "message", "messages", "deliveries", "events")
NEEDED = {"node": "id: $id", "nodes": "ids: $ids", "message": "trackingId: $trackingId", "breakdown": "by: SENDER_ID"}
VARIABLES = {
    "id": "ID!", "ids": "[ID!]!", "trackingId": "String!", "yes": "Boolean!", "no": "Boolean = false", "first": "Int"
}  # fmt: skip


class Writer:
    """Writes one document as it draws."""

    def __init__(self, schema: GraphQLSchema, draw: st.DrawFn) -> None:
        self._schema = schema
        self._draw = draw
        self._number = count()
        self._fragments: list[str] = []

    def document(self) -> str:
        assert self._schema.query_type is not None
        roots = self._draw(st.lists(st.sampled_from(ROOTS), min_size=1, max_size=2))
        fields = [self._field(self._schema.query_type, name, 3) for name in roots]
        text = " ".join(["{", *fields, "}", *self._fragments])
        head = ", ".join(f"${name}: {kind}" for name, kind in VARIABLES.items() if re.search(rf"\${name}\b", text))
        return f"query Q{f'({head})' if head else ''} {text}"

    def _field(self, owner: GraphQLObjectType | GraphQLInterfaceType, name: str, levels: int) -> str:
        field = owner.fields[name]
        label = f"a{next(self._number)}: " if self._draw(st.booleans()) or field.args else ""
        arguments = NEEDED.get(name, "")
        if "first" in field.args and name != "breakdown":
            arguments = self._page()
        condition = self._draw(
            st.sampled_from(["", "", "", " @include(if: $yes)", " @skip(if: $no)", " @skip(if: true)"])
        )
        below = self._selection(get_named_type(field.type), levels - 1)
        return f"{label}{name}{f'({arguments})' if arguments else ''}{condition} {below}"

    def _page(self) -> str:
        size = self._draw(st.sampled_from(["1", "3", "50", "$first", "0", "100000"]))
        end = self._draw(st.sampled_from(["first", "first", "last"]))
        order = self._draw(st.sampled_from(["", "", ", orderBy: {direction: ASC}"]))
        bad = self._draw(st.sampled_from(["", "", "", "", ', after: "nothing"']))
        return f"{end}: {size}{order}{bad}"

    def _selection(self, kind: Any, levels: int) -> str:
        if is_leaf_type(kind):
            return ""
        assert isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType))
        names = [name for name, field in kind.fields.items() if levels > 0 or is_leaf_type(get_named_type(field.type))]
        chosen = self._draw(st.lists(st.sampled_from([*names, "__typename"]), min_size=1, max_size=4))
        parts = [name if name == "__typename" else self._field(kind, name, levels) for name in chosen]
        if isinstance(kind, GraphQLInterfaceType):
            possible = self._schema.get_possible_types(kind)
            parts += [f"... on {one.name} {self._selection(one, min(levels, 1))}" for one in possible]
        match self._draw(st.integers(0, 5)):
            case 0:
                name = f"F{next(self._number)}"
                self._fragments.append(f"fragment {name} on {kind.name} {{ {' '.join(parts)} }}")
                parts = [f"... {name}", "__typename"]
            case 1:
                parts = [f"... {{ {' '.join(parts)} }}"]
        return f"{{ {' '.join(parts)} }}"


@st.composite
def documents(draw: st.DrawFn, schema: GraphQLSchema) -> str:
    return Writer(schema, draw).document()
