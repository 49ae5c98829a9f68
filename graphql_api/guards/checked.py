"""Documents that are new to this process: read, validated and measured aside, one after the other, and kept.

A document may take a hundred milliseconds to validate, which is what somebody who means harm sends, each a little different.
Known documents are answered meanwhile.
"""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TypeVar

import msgspec
from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    Token,
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graphql_api.errors import LIMIT_EXCEEDED, limit_exceeded, problem
from graphql_api.guards.aside import run_aside
from graphql_api.guards.cost import Costs
from graphql_api.settings import GraphQLSettings

Result = TypeVar("Result")
REPEATS_MAX = 20
KEPT_CHARACTERS_MAX = 1_000_000
"""Of all documents that are kept: each takes some hundred times its text."""
REST_S_MAX = 0.2
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


class CheckedDocuments:
    """The documents of one schema, those of the latest kept."""

    def __init__(
        self, schema: GraphQLSchema, rules: Sequence[type[ASTValidationRule]], costs: Costs, settings: GraphQLSettings
    ) -> None:
        self.schema = schema
        self._rules = (*specified_rules, *rules, *STRAWBERRYS)
        self.costs = costs
        self._settings = settings
        self.on_forget: list[Callable[[str], object]] = [costs.forget]
        self._kept: OrderedDict[str, Checked] = OrderedDict()
        self._kept_characters = 0
        self._keeping = Lock()
        self._turn = asyncio.Lock()
        self._rests_until_s = 0.0

    def known(self, text: str) -> Checked | None:
        """The document where it was checked before."""
        found = self._kept.get(text)
        if found is not None:
            self._kept.move_to_end(text)
        return found

    async def check(self, text: str, operation_name: str | None) -> Checked:
        """The document, checked."""
        found = self.known(text)
        if found is None and len(text) > self._settings.query_characters_max:
            return self._check(text, operation_name)  # nothing is read of it
        if found is None:
            found = await self.in_turn(lambda: self._check(text, operation_name))
            self.keep(text, found)
        return found

    async def in_turn(self, work: Callable[[], Result]) -> Result:
        """Work on a document that is new, aside, when its turn comes."""
        return await run_aside(self._rested(work))

    async def _rested(self, work: Callable[[], Result]) -> Result:
        """The work, after a rest as long as the work before it took: half of the time is for what is known."""
        async with self._turn:
            await asyncio.sleep(max(0.0, self._rests_until_s - time.monotonic()))
            begun_s = time.monotonic()
            try:
                return work()
            finally:
                ended_s = time.monotonic()
                self._rests_until_s = ended_s + min(REST_S_MAX, ended_s - begun_s)

    def check_now(self, text: str) -> Checked:
        """The same in whatever thread this is."""
        found = self._kept.get(text)
        if found is None:
            found = self._check(text, None)
            self.keep(text, found)
        return found

    def keep(self, text: str, checked: Checked) -> None:
        """The document is known from now on, and those that nobody has asked with for longest may be forgotten."""
        if len(text) > self._settings.query_characters_max:
            return  # nothing was read of it
        with self._keeping:
            self._kept_characters += 0 if text in self._kept else len(text)
            self._kept[text] = checked
            while len(self._kept) > self._settings.documents_cached_max or self._kept_characters > KEPT_CHARACTERS_MAX:
                forgotten, _ = self._kept.popitem(last=False)
                self._kept_characters -= len(forgotten)
                for forget in self.on_forget:
                    forget(forgotten)

    def _check(self, text: str, operation_name: str | None) -> Checked:
        settings = self._settings
        if len(text) > settings.query_characters_max:
            return Checked(None, [limit_exceeded("query_characters_max", settings.query_characters_max, len(text))])
        try:
            document = parse(text, max_tokens=settings.query_tokens_max)
        except GraphQLError as error:
            return Checked(None, [error.with_traceback(None)])
        _unchain(document)
        errors = _repeated(document) or validate(self.schema, document, self._rules)
        if not errors:
            self.costs.measure(text, document, operation_name)
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
        checked = self._documents.check_now(execution.query or "")
        if checked.document is None:
            raise checked.errors[0].with_traceback(None)
        execution.graphql_document = checked.document
        yield

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        execution.pre_execution_errors = list(self._documents.check_now(execution.query or "").errors)
        yield
