"""What is selected of an object of one type: fields by their response key, fragments put in, conditions decided."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    VariableNode,
    is_abstract_type,
)

Nodes = list[FieldNode]
"""The fields of one response key, which the executor merges into one."""


class NotCompilable(Exception):
    """Something that only the executor runs."""


class Selections:
    """The selections of one operation, at given values of the variables that stand in its conditions."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, conditions: Mapping[str, Any]) -> None:
        self._schema = schema
        self._conditions = conditions
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def of(self, owner: GraphQLObjectType, nodes: Iterable[FieldNode | OperationDefinitionNode]) -> dict[str, Nodes]:
        """The fields under these nodes where they stand on an object of this type, in the answer's order."""
        found: dict[str, Nodes] = {}
        spread: set[str] = set()
        for node in nodes:
            if node.selection_set is not None:
                self._collect(owner, node.selection_set.selections, found, spread)
        return found

    def _collect(
        self, owner: GraphQLObjectType, selections: Sequence[SelectionNode], found: dict[str, Nodes], spread: set[str]
    ) -> None:
        for node in selections:
            if not self._included(node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._is(owner, node.type_condition):
                    self._collect(owner, node.selection_set.selections, found, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._is(owner, fragment.type_condition):
                    self._collect(owner, fragment.selection_set.selections, found, spread)

    def _is(self, owner: GraphQLObjectType, condition: NamedTypeNode) -> bool:
        wanted = self._schema.type_map[condition.name.value]
        if wanted is owner:
            return True
        return is_abstract_type(wanted) and self._is_possible(wanted, owner)

    def _is_possible(self, wanted: Any, owner: GraphQLObjectType) -> bool:
        abstract: GraphQLAbstractType = wanted
        return self._schema.is_sub_type(abstract, owner)

    def _included(self, directives: Iterable[DirectiveNode]) -> bool:
        for directive in directives:
            wanted = directive.name.value == "include"
            if not wanted and directive.name.value != "skip":
                raise NotCompilable(f"the directive {directive.name.value}")
            value = (directive.arguments or ())[0].value
            if isinstance(value, BooleanValueNode):
                decided: Any = value.value
            elif isinstance(value, VariableNode):
                decided = self._conditions.get(value.name.value)
            else:
                raise NotCompilable("a condition without a value")
            if not isinstance(decided, bool):
                raise NotCompilable("a condition that is neither true nor false")
            if decided is not wanted:
                return False
        return True
