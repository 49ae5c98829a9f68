"""Documents: read, validated and measured, and kept.

A document may take a hundred milliseconds to validate, which is what somebody who means harm sends, each a little different. So
the server doesn't do this itself: see reading.py.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationType,
    Token,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graphql_api.errors import LIMIT_EXCEEDED, limit_exceeded, problem, render_error
from graphql_api.guards.cost import Costs, Part
from graphql_api.guards.kept import Kept
from graphql_api.settings import GraphQLSettings

REPEATS_MAX = 20
STRAWBERRYS = (MaybeNullValidationRule, OneOfInputValidationRule)


class Checked(msgspec.Struct, frozen=True):
    """A document, or the error for which it is none; and why it is not valid, nothing where it is.

    `introspects` says that it asks about the schema, which only the executor answers, field by field and without a pause.
    """

    document: DocumentNode | None
    errors: Sequence[GraphQLError]
    introspects: bool = False

    @property
    def is_valid(self) -> bool:
        return self.document is not None and not self.errors


class Verdict(msgspec.Struct, frozen=True):
    """What is to be known of a document's operation without having read it.

    `errors` are those for which the document is none, or not valid, as a client gets them. `operation` is None where there is none
    of the name, `part` where it is not valid, or costs too much whatever its variables hold.
    """

    errors: list[dict[str, Any]]
    operation: OperationType | None
    part: Part | None
    introspects: bool


class CheckedDocuments:
    """The documents of one schema, those of the latest kept."""

    def __init__(
        self, schema: GraphQLSchema, rules: Sequence[type[ASTValidationRule]], costs: Costs, settings: GraphQLSettings
    ) -> None:
        self.schema = schema
        self._rules = (*specified_rules, *rules, *STRAWBERRYS)
        self.costs = costs
        self._settings = settings
        self._kept: Kept[str, Checked] = Kept(settings.documents_cached_max)

    def known(self, text: str) -> Checked | None:
        """The document where it was checked before."""
        return self._kept.get(text)

    def is_too_long(self, text: str) -> bool:
        """Whether nothing is read of it, nor kept."""
        return len(text) > self._settings.query_characters_max

    def check(self, text: str) -> Checked:
        """The document, checked."""
        found = self.known(text)
        if found is None:
            found = self._check(text)
            self._keep(text, found)
        return found

    def judge(self, text: str, operation_name: str | None) -> Verdict:
        """The document, checked, and what its operation may cost."""
        checked = self.check(text)
        errors = [render_error(error, False) for error in checked.errors]
        document = checked.document
        if document is None:
            return Verdict(errors, None, None, False)
        operation = get_operation_ast(document, operation_name)
        part = None
        if not errors:
            measured = self.costs.measured(text, document, operation_name)
            part = measured if isinstance(measured, Part) else None
        return Verdict(errors, None if operation is None else operation.operation, part, checked.introspects)

    def read(self, text: str, operation_name: str | None, verdict: Verdict) -> Checked:
        """A document that was found valid; kept."""
        document = parse(text, max_tokens=self._settings.query_tokens_max)
        _unchain(document)
        checked = Checked(document, (), verdict.introspects)
        if verdict.part is not None:
            self.costs.keep(text, operation_name, verdict.part)
        self._keep(text, checked)
        return checked

    def _keep(self, text: str, checked: Checked) -> None:
        if not self.is_too_long(text):
            self._kept.keep(text, checked, len(text))

    def _check(self, text: str) -> Checked:
        settings = self._settings
        if self.is_too_long(text):
            return Checked(None, [limit_exceeded("query_characters_max", settings.query_characters_max, len(text))])
        try:
            document = parse(text, max_tokens=settings.query_tokens_max)
        except GraphQLError as error:
            return Checked(None, [error.with_traceback(None)])
        _unchain(document)
        errors = _repeated(document) or validate(self.schema, document, self._rules)
        return Checked(document, errors, any(name in text for name in ("__schema", "__type(")))


def _unchain(document: DocumentNode) -> None:
    """Parts the tokens, which know their neighbours: a document that is forgotten then goes without a search for garbage."""
    token: Token | None = document.loc.start_token if document.loc else None
    while token is not None:
        following, token.prev, token.next = token.next, None, None
        token = following


def _repeated(document: DocumentNode) -> list[GraphQLError]:
    """An error where fields are asked for again and again: whether they agree is looked at for every pair of them."""
    waiting = [node.selection_set for node in document.definitions if isinstance(node, ExecutableDefinitionNode)]
    while waiting:
        counts: Counter[str] = Counter()
        beside = [waiting.pop()]
        while beside:
            for node in beside.pop().selections:
                if isinstance(node, InlineFragmentNode):
                    beside.append(node.selection_set)
                elif isinstance(node, FieldNode):
                    counts[node.alias.value if node.alias else node.name.value] += 1
                    if node.selection_set is not None:
                        waiting.append(node.selection_set)
        for name, count in counts.most_common(1):
            if count > REPEATS_MAX:
                return [
                    problem(
                        f"{name[:100]!r} is asked for {count} times beside itself, at most {REPEATS_MAX} are read",
                        LIMIT_EXCEEDED,
                    )
                ]
    return []


class AsChecked(SchemaExtension):
    """Gives Strawberry the document as it was checked, and its errors."""

    def __init__(self, documents: CheckedDocuments) -> None:
        self._documents = documents

    def on_parse(self) -> Iterator[None]:
        execution = self.execution_context
        checked = self._documents.check(execution.query or "")
        if checked.document is None:
            raise checked.errors[0].with_traceback(None)
        execution.graphql_document = checked.document
        yield

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        execution.pre_execution_errors = list(self._documents.check(execution.query or "").errors)
        yield
