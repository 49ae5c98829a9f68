"""requeueDeadLetters: letters chosen by id or by filter, sent on as far as they are good now, with a dry run."""

import logging
from enum import Enum

import msgspec
import strawberry

from delivery.errors import Misconfigured
from delivery.kept_letter import KeptLetter
from graphql_api.access.sight import LETTER, Sight
from graphql_api.context import Context
from graphql_api.errors import BAD_USER_INPUT, FORBIDDEN, limit_exceeded, problem
from graphql_api.pagination import PageRequest, encode_cursor
from graphql_api.requeuing import Outcome, Requeued
from graphql_api.types.connection import PageInfo
from graphql_api.types.dead_letter import (
    ERRORS_MAX,
    LETTER_KEY,
    DeadLetterError,
    DeadLetterFilter,
    letter_filter,
    letter_key,
    letter_window,
)
from graphql_api.types.node import decode_id, encode_id
from store import questions

SENT_ON = (Outcome.REQUEUED, Outcome.PARTLY)
_log = logging.getLogger("graphql_api")


@strawberry.enum(description="What requeuing did to a dead letter; in a dry run, what it would do.")
class RequeueOutcome(Enum):
    UNKNOWN = strawberry.enum_value("unknown", description="Something that this version doesn't know.")
    REQUEUED = strawberry.enum_value(Outcome.REQUEUED.value, description="All of it was sent on.")
    PARTLY = strawberry.enum_value(
        Outcome.PARTLY.value, description="Some of its rows were sent on; others are bad still."
    )
    STILL_BAD = strawberry.enum_value(
        Outcome.STILL_BAD.value, description="Nothing more of it can be used than before."
    )
    ALREADY_REQUEUED = strawberry.enum_value(
        Outcome.ALREADY_REQUEUED.value, description="It was sent on before, and is left alone without `again`."
    )
    GONE = strawberry.enum_value(Outcome.GONE.value, description="The topic has it no more.")


@strawberry.enum(description="Why a mutation did not do what was asked.")
class UserErrorCode(Enum):
    UNKNOWN = strawberry.enum_value("unknown", description="Something that this version doesn't know.")
    INVALID = strawberry.enum_value("invalid", description="The arguments don't fit together.")
    NOT_FOUND = strawberry.enum_value("not_found", description="There is nothing with this id.")
    NOT_CONFIGURED = strawberry.enum_value("not_configured", description="This server is not set up for it.")


@strawberry.type(description="Why a mutation did not do what was asked; nothing was changed then.")
class UserError:
    code: UserErrorCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="For people.")
    field: list[str] = strawberry.field(description="The argument that it is about, and the place in it.")


@strawberry.type(description="What requeuing did to one dead letter.")
class RequeuedLetter:
    id: strawberry.ID = strawberry.field(description="The letter's id, as a Node has it.")
    address: str = strawberry.field(description="Its place in the topic, partition:offset.")
    outcome: RequeueOutcome = strawberry.field(description="What was done, or would be.")
    events: int = strawberry.field(description="How many of its rows were sent on.")
    bad: int = strawberry.field(description="How many are bad still.")
    errors: list[DeadLetterError] = strawberry.field(description="Why those are bad; a hundred members at most.")

    @classmethod
    def of(cls, requeued: Requeued, sight: Sight) -> "RequeuedLetter":
        return cls(
            id=encode_id("DeadLetter", sight.seal(LETTER, requeued.letter.letter.id)),
            address=str(requeued.letter.place),
            outcome=RequeueOutcome(requeued.outcome.value),
            events=requeued.events,
            bad=requeued.bad,
            errors=[
                DeadLetterError(path=sight.text(path) or "", reasons=[sight.text(reason) or "" for reason in reasons])
                for path, reasons in list(requeued.errors.items())[:ERRORS_MAX]
            ],
        )


@strawberry.type(description="What came of requeueDeadLetters.")
class RequeueDeadLettersPayload:
    dry_run: bool = strawberry.field(description="Whether nothing was changed.")
    requeued: int = strawberry.field(description="Letters of which something was sent on, or would be.")
    left: int = strawberry.field(description="Letters that stay as they are.")
    events: int = strawberry.field(description="Events that were sent on, or would be.")
    letters: list[RequeuedLetter] = strawberry.field(description="Each letter's outcome, in their order.")
    page_info: PageInfo = strawberry.field(description="Whether there are more letters, and behind which cursor.")
    user_errors: list[UserError] = strawberry.field(description="Why nothing was done; empty where all went well.")


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The mutation's arguments. Either `ids` or `where` is given."""

    ids: list[strawberry.ID] | None
    where: DeadLetterFilter | None
    dry_run: bool
    again: bool
    page: PageRequest


async def resolve_requeue(context: Context, wish: Wish) -> RequeueDeadLettersPayload:
    """Chooses letters and sends them on. FORBIDDEN without the right, and within a scope of senders."""
    caller = context.caller
    if context.scoped or not caller.may_requeue:
        raise problem("requeueDeadLetters: the token has no right to it (requeue)", FORBIDDEN)
    if context.sources.requeue is None:
        return _refused(wish, UserErrorCode.NOT_CONFIGURED, "this server can't requeue: use `eds dead-letters requeue`")
    if (wish.ids is None) == (wish.where is None):
        return _refused(wish, UserErrorCode.INVALID, "give either ids or where; where: {} is all of them", "ids")
    letters, page = await _by_ids(context, wish) if wish.ids is not None else await _by_filter(context, wish)
    if None in letters:
        place = letters.index(None)
        return _refused(wish, UserErrorCode.NOT_FOUND, "there is no dead letter with this id", "ids", str(place))
    chosen = [letter for letter in letters if letter is not None]
    by = f"{caller.name} (GraphQL)"
    try:
        outcomes = await context.sources.requeue(chosen, by=by, dry_run=wish.dry_run, again=wish.again)
    except Misconfigured as reason:
        return _refused(wish, UserErrorCode.NOT_CONFIGURED, str(reason))
    payload = _payload(wish, outcomes, page, context.sight)
    if not wish.dry_run:
        _log.info("%s requeued %d dead letters as %d events", by, payload.requeued, payload.events)
    return payload


async def _by_ids(context: Context, wish: Wish) -> tuple[list[KeptLetter | None], PageInfo]:
    ids = wish.ids or []
    if len(ids) > context.settings.page_size_max:
        raise limit_exceeded("page_size_max", context.settings.page_size_max, len(ids))
    letter_ids = [_letter_id(each, context.sight) for each in dict.fromkeys(ids)]
    context.budget.take(len(letter_ids))
    letters: list[KeptLetter | None] = list(await context.reader.letters(letter_ids))
    return letters, PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)


def _letter_id(node_id: str, sight: Sight) -> str:
    type_name, key = decode_id(node_id)
    try:
        if type_name == "DeadLetter":
            return sight.unseal(LETTER, key[0])
    except ValueError:
        pass
    raise problem("ids: one is not a dead letter's", BAD_USER_INPUT)


async def _by_filter(context: Context, wish: Wish) -> tuple[list[KeptLetter | None], PageInfo]:
    """Oldest first: events go in the order in which they came."""
    window = letter_window(wish.page, context)
    context.budget.take(window.limit)
    wanted = letter_filter(wish.where, context)
    rows = await context.reader.page_letters(wanted, questions.Order.OLDEST_FIRST, window)
    cursors = [encode_cursor(LETTER_KEY, letter_key(kept, context.sight)) for kept in rows.rows]
    page = PageInfo(
        has_next_page=rows.more,
        has_previous_page=window.after is not None,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )
    return list(rows.rows), page


def _payload(wish: Wish, outcomes: list[Requeued], page: PageInfo, sight: Sight) -> RequeueDeadLettersPayload:
    sent = [each for each in outcomes if each.outcome in SENT_ON]
    return RequeueDeadLettersPayload(
        dry_run=wish.dry_run,
        requeued=len(sent),
        left=len(outcomes) - len(sent),
        events=sum(each.events for each in sent),
        letters=[RequeuedLetter.of(each, sight) for each in outcomes],
        page_info=page,
        user_errors=[],
    )


def _refused(wish: Wish, code: UserErrorCode, message: str, *field: str) -> RequeueDeadLettersPayload:
    nothing = PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)
    error = UserError(code=code, message=message, field=list(field))
    return RequeueDeadLettersPayload(
        dry_run=wish.dry_run, requeued=0, left=0, events=0, letters=[], page_info=nothing, user_errors=[error]
    )
