"""What a document is held to before it runs, beside graphql-core's own rules. Rules are kept by the validation cache."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
)
from strawberry.extensions import SchemaExtension

from graphql_api.context import Context
from graphql_api.errors import BAD_USER_INPUT, limit_exceeded, problem
from graphql_api.guards.cost import Costs

INTROSPECTION = ("__schema", "__type")


def depth_rule(query_depth_max: int) -> type[ASTValidationRule]:
    """The rule that operations are at most so many levels of fields deep.

    Introspection is not counted: its standard query is deep, and the schema bounds what it can return.
    """

    class Depth(ASTValidationRule):
        """Measures each fragment once, so that fragments that repeat one another cost nothing; cycles are another rule's."""

        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self._fragments: dict[str, int] = {}

        def enter_operation_definition(self, node: OperationDefinitionNode, *_args: Any) -> None:
            depth = self._selections(node.selection_set)
            if depth > query_depth_max:
                error = limit_exceeded("query_depth_max", query_depth_max, depth)
                error.nodes = [node]
                self.context.report_error(error)

        def _selections(self, selections: SelectionSetNode | None) -> int:
            return max((self._selection(node) for node in selections.selections), default=0) if selections else 0

        def _selection(self, node: Any) -> int:
            if isinstance(node, FieldNode):
                return 0 if node.name.value in INTROSPECTION else 1 + self._selections(node.selection_set)
            if isinstance(node, InlineFragmentNode):
                return self._selections(node.selection_set)
            if isinstance(node, FragmentSpreadNode):
                return self._fragment(node.name.value)
            return 0

        def _fragment(self, name: str) -> int:
            if name not in self._fragments:
                self._fragments[name] = 0  # what a fragment that spreads itself adds
                fragment = self.context.get_fragment(name)
                self._fragments[name] = self._selections(fragment.selection_set) if fragment else 0
            return self._fragments[name]

    return Depth


def alias_rule(query_aliases_max: int) -> type[ASTValidationRule]:
    """The rule that a document gives at most so many fields another name: each makes the same work once more."""

    class Aliases(ASTValidationRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self._aliases = 0

        def enter_field(self, node: FieldNode, *_args: Any) -> None:
            self._aliases += node.alias is not None

        def leave_document(self, *_args: Any) -> None:
            if self._aliases > query_aliases_max:
                self.context.report_error(limit_exceeded("query_aliases_max", query_aliases_max, self._aliases))

    return Aliases


class CostLimit(SchemaExtension):
    """Tells an operation's cost to its context, and refuses what costs too much before anything is read."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs

    def on_execute(self) -> Iterator[None]:
        execution = self.execution_context
        document, query = execution.graphql_document, execution.query
        context: Context = execution.context
        if document is not None and query is not None:
            context.budget.cost = self._costs.of(query, document, context.operation_name, execution.variables)
        yield


class ChosenOperation(SchemaExtension):
    """Of several operations one must be named. Without this Strawberry runs the first, where GraphQL demands an error."""

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        document = execution.graphql_document
        operations = (
            [node for node in document.definitions if isinstance(node, OperationDefinitionNode)] if document else []
        )
        if len(operations) > 1 and execution.context.operation_name is None:
            reason = problem("the document has several operations: name one as operationName", BAD_USER_INPUT)
            execution.pre_execution_errors = [*(execution.pre_execution_errors or []), reason]
        yield
