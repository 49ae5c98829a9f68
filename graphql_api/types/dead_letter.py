"""DeadLetter: what could not be used, why, and what was done about it; the list of them, its filter and its order."""

from base64 import b64encode
from enum import Enum
from functools import partial

import strawberry

from delivery.dead_letter import Part
from delivery.event import view_text
from delivery.kept_letter import KeptLetter
from delivery.requeued import State
from graphql_api.access.sight import LETTER, WHOLE, Sight
from graphql_api.context import Context
from graphql_api.errors import FORBIDDEN, limit_exceeded, problem
from graphql_api.fields import resolved
from graphql_api.filters import OrderDirection, TimeRange
from graphql_api.pagination import KeyShape, PageRequest, unsealed, window_of
from graphql_api.scalars import DateTime, Long
from graphql_api.types.connection import Connection, connect
from graphql_api.types.node import Node, encode_id
from store import questions
from store.questions import Key

LETTER_KEY = KeyShape("dead_letters", (int, str))
ERRORS_MAX = 100


@strawberry.enum(description="What a dead letter's bytes are.")
class DeadLetterPart(Enum):
    UNKNOWN = strawberry.enum_value(
        "unknown", description="It doesn't say, or something that this version doesn't know."
    )
    BODY = strawberry.enum_value(Part.BODY, description="A whole body.")
    ROW = strawberry.enum_value(Part.ROW, description="One row of a body.")
    RECORD = strawberry.enum_value(Part.RECORD, description="A record of the events topic.")


@strawberry.enum(description="What was done about a dead letter.")
class DeadLetterState(Enum):
    UNKNOWN = strawberry.enum_value("unknown", description="Something that this version doesn't know.")
    OPEN = strawberry.enum_value(State.OPEN, description="Nothing yet.")
    REQUEUED = strawberry.enum_value(State.REQUEUED, description="All of it was sent on.")
    PARTLY = strawberry.enum_value(State.PARTLY, description="Some of its rows were sent on; others are bad still.")


_PARTS = {Part.BODY: DeadLetterPart.BODY, Part.ROW: DeadLetterPart.ROW, Part.RECORD: DeadLetterPart.RECORD}
_STATES = {
    State.OPEN: DeadLetterState.OPEN, State.REQUEUED: DeadLetterState.REQUEUED, State.PARTLY: DeadLetterState.PARTLY,
}  # fmt: skip


@strawberry.type(description="A member that is wrong, and why.")
class DeadLetterError:
    path: str = strawberry.field(description="The member, such as [3].tries; empty for the whole body.")
    reasons: list[str] = strawberry.field(description="What is wrong with it.")


@strawberry.type(description="When a dead letter was sent on, and how much of it.")
class DeadLetterNote:
    by: str = strawberry.field(description="Who did it.")
    at: DateTime = strawberry.field(description="When.")
    events: int = strawberry.field(description="How many of its rows were sent on.")
    bad: int = strawberry.field(description="How many were bad still.")


@strawberry.type(
    description="Bytes that could not be used. They are kept, and can be sent on once the rules can read them."
)
class DeadLetter(Node):
    letter_id: str = strawberry.field(description="The letter's id: on the wire, but within a scope without addresses.")
    address: str = strawberry.field(
        description="Its place in the topic, partition:offset, as `eds dead-letters` takes it."
    )
    state: DeadLetterState = strawberry.field(description="What was done about it.")
    part: DeadLetterPart = strawberry.field(description="What the bytes are.")
    received_at: DateTime = strawberry.field(description="When they arrived.")
    source: str | None = strawberry.field(description="Where they came from, as the gateway names it.")
    reason: str = strawberry.field(description="Why they could not be used, in a word.")
    errors: list[DeadLetterError] = strawberry.field(description="The members that are wrong; a hundred at most.")
    index: int | None = strawberry.field(description="The row's place in its body, from 0.")
    content_type: str | None = strawberry.field(description="The body's media type, as it was sent.")
    content_encoding: str | None = strawberry.field(description="How the body was compressed.")
    content_bytes: Long | None = strawberry.field(
        description="How many bytes there are; null where a record had no value."
    )
    redacted: bool = strawberry.field(description="Whether an erased address was taken out of it.")
    requeued: DeadLetterNote | None = strawberry.field(description="When it was sent on; null where it wasn't.")
    problem: str | None = strawberry.field(description="What of the letter itself can't be read.")
    kept: strawberry.Private[KeptLetter]
    sight: strawberry.Private[Sight]

    @resolved("The bytes as text, the first 64 KiB of them; null where they are no UTF-8.")
    def content(self) -> str | None:
        text = _text(self.kept)
        return None if text is None else self.sight.text(text)

    @resolved(
        "The bytes in base64, the first 64 KiB of them; null for a token without addresses, as they may hold some."
    )
    def content_base64(self) -> str | None:
        content = self.kept.letter.content
        return None if content is None or self.sight is not WHOLE else b64encode(content).decode()

    @classmethod
    def of(cls, kept: KeptLetter, sight: Sight) -> "DeadLetter":
        letter, note = kept.letter, kept.note
        return cls(
            id=encode_id("DeadLetter", sight.seal(LETTER, letter.id)),
            letter_id=sight.seal(LETTER, letter.id),
            address=str(kept.place),
            state=_STATES.get(kept.state, DeadLetterState.UNKNOWN),
            part=DeadLetterPart.UNKNOWN if kept.part is None else _PARTS.get(kept.part, DeadLetterPart.UNKNOWN),
            received_at=DateTime(letter.received_at),
            source=letter.source or None,
            reason=sight.text(letter.reason) or "",
            errors=_errors(kept, sight),
            index=letter.index,
            content_type=letter.content_type or None,
            content_encoding=letter.content_encoding or None,
            content_bytes=None if kept.content_bytes is None else Long(kept.content_bytes),
            redacted=letter.redacted,
            requeued=None if note is None else _note(kept),
            problem=sight.text(kept.problem) or None,
            kept=kept,
            sight=sight,
        )


def _errors(kept: KeptLetter, sight: Sight) -> list[DeadLetterError]:
    return [
        DeadLetterError(path=sight.text(path) or "", reasons=[sight.text(reason) or "" for reason in reasons])
        for path, reasons in list(kept.letter.errors.items())[:ERRORS_MAX]
    ]


def _note(kept: KeptLetter) -> DeadLetterNote | None:
    note = kept.note
    return None if note is None else DeadLetterNote(by=note.by, at=DateTime(note.at), events=note.events, bad=note.bad)


def _text(kept: KeptLetter) -> str | None:
    content = kept.letter.content
    if content is None:
        return None
    cut = kept.content_bytes is not None and kept.content_bytes > len(content)
    for spare in range(4 if cut else 1):  # a character may have been cut in two
        try:
            return content[: len(content) - spare].decode()
        except UnicodeDecodeError:
            continue
    return None


@strawberry.input(description="Which dead letters. All given conditions hold; of a list of values any one suffices.")
class DeadLetterFilter:
    states: list[DeadLetterState] | None = strawberry.field(
        default=strawberry.UNSET, description="About which this was done."
    )
    sources: list[str] | None = strawberry.field(default=strawberry.UNSET, description="From one of these sources.")
    parts: list[DeadLetterPart] | None = strawberry.field(
        default=strawberry.UNSET, description="Of one of these parts."
    )
    reasons: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="For one of these reasons: invalid, unsupported, too_large, no_event."
    )
    member: str | None = strawberry.field(
        default=strawberry.UNSET, description="In which this member is wrong: tries for [3].tries."
    )
    received_at: TimeRange | None = strawberry.field(default=strawberry.UNSET, description="That arrived then.")


@strawberry.enum(description="What dead letters can be ordered by.")
class DeadLetterOrderField(Enum):
    RECEIVED_AT = strawberry.enum_value("received_at", description="When it arrived.")


@strawberry.input(description="An order of dead letters. Ties run by id.")
class DeadLetterOrder:
    field: DeadLetterOrderField = strawberry.field(
        default=DeadLetterOrderField.RECEIVED_AT, description="What to order by."
    )
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which way.")


async def resolve_letters(
    context: Context, where: DeadLetterFilter | None, order: DeadLetterOrder | None, page: PageRequest
) -> Connection[DeadLetter]:
    """The list. A letter may hold rows of any sender: a token for some of them sees none."""
    if context.scoped:
        raise problem("deadLetters: they are of no one sender, and the token's scope is some senders", FORBIDDEN)
    window = letter_window(page, context)
    wanted = letter_filter(where, context)
    chosen = (
        questions.Order.OLDEST_FIRST
        if order and order.direction is OrderDirection.ASC
        else questions.Order.NEWEST_FIRST
    )
    context.budget.take(window.limit)
    rows = await context.reader.page_letters(wanted, chosen, window)
    counting = partial(context.reader.count_letters, wanted, context.settings.count_max)
    key, node = partial(letter_key, sight=context.sight), partial(DeadLetter.of, sight=context.sight)
    return connect(rows, window, LETTER_KEY, key=key, node=node, counting=counting)


async def resolve_letter(context: Context, letter_id: str) -> DeadLetter | None:
    """The letter with this id; None where there is none, and within a scope."""
    context.budget.take(1)
    [kept] = await context.reader.letters([letter_id])
    return None if kept is None else DeadLetter.of(kept, context.sight)


def letter_key(kept: KeptLetter, sight: Sight) -> Key:
    """A letter's place in its lists, as its cursor holds it."""
    return (kept.letter.received_at, sight.seal(LETTER, kept.letter.id))


def letter_window(page: PageRequest, context: Context) -> questions.Window:
    """The part of a list of dead letters that the arguments ask for."""

    def key_of(at: int, sealed: str) -> Key:
        return (at, context.sight.unseal(LETTER, sealed))

    return unsealed(window_of(page, LETTER_KEY, context.settings), key_of)


def letter_filter(given: DeadLetterFilter | None, context: Context) -> questions.LetterFilter:
    """The filter as the store takes it. LIMIT_EXCEEDED where a list of values is too long."""
    if not given:
        return questions.LetterFilter()
    most = context.settings.filter_values_max
    for name in ("states", "sources", "parts", "reasons"):
        values = getattr(given, name)
        if values and len(values) > most:
            raise limit_exceeded(f"filter_values_max ({name})", most, len(values))
    known = {found: state for state, found in _STATES.items()}
    parts = {found: part for part, found in _PARTS.items()}
    time = given.received_at or None
    return questions.LetterFilter(
        states=None if _absent(given.states) else tuple(known[each] for each in given.states or () if each in known),
        sources=None if _absent(given.sources) else tuple(view_text(each) for each in given.sources or ()),
        parts=None if _absent(given.parts) else tuple(parts[each] for each in given.parts or () if each in parts),
        reasons=None if _absent(given.reasons) else tuple(view_text(each) for each in given.reasons or ()),
        member=given.member if isinstance(given.member, str) else None,
        since=time.gte if time and isinstance(time.gte, int) else None,
        until=time.lt if time and isinstance(time.lt, int) else None,
    )


def _absent(value: object) -> bool:
    return value is None or value is strawberry.UNSET
