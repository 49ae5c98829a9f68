"""The root of subscriptions. Its resolvers say what is wanted, once; what comes is found and rendered by the hub."""

from collections.abc import AsyncGenerator, Callable
from typing import Annotated, TypeVar, cast

import msgspec
import strawberry

from delivery.event import view_text
from graphql_api import filters
from graphql_api.access.sight import WHOLE
from graphql_api.context import Context, Info
from graphql_api.errors import FORBIDDEN, problem
from graphql_api.live.matching import Where, require_known
from graphql_api.types.event import Event
from graphql_api.types.message import Message

Resolver = TypeVar("Resolver")
TrackingId = Annotated[
    str | None,
    strawberry.argument(description="This message alone: its state as it is comes first, then what changes."),
]
WhereMessage = Annotated[
    filters.MessageFilter | None, strawberry.argument(description="Which messages, as they are after a change.")
]
WhereEvent = Annotated[filters.EventFilter | None, strawberry.argument(description="Which events; all without it.")]
After = Annotated[
    str | None,
    strawberry.argument(
        description="The latest `extensions.cursor` that came: goes on behind it, or fails as CURSOR_EXPIRED."
    ),
]


class Wanted(msgspec.Struct, frozen=True):
    """What a subscription asks for. `tracking_id` is given where one message is asked for as such."""

    where: Where
    tracking_id: str | None
    after: str | None


def followed(description: str) -> Callable[[Resolver], Resolver]:
    """`strawberry.subscription` for a method, whose type stays what the method says."""
    return cast("Callable[[Resolver], Resolver]", strawberry.subscription(description=description))


@strawberry.type(description="What changes, as it changes. Each payload has `extensions.cursor`.")
class Subscription:
    @followed(
        "Messages that change. Of several changes in quick succession the latest may come alone; a message's revision never "
        "goes back."
    )
    async def message_changed(
        self,
        info: Info,
        tracking_id: TrackingId = strawberry.UNSET,
        where: WhereMessage = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> AsyncGenerator[Message, None]:
        wanted = filters.message_filter(where, info.context.settings)
        chosen = None if not isinstance(tracking_id, str) else view_text(tracking_id)
        if chosen is not None:
            ids = wanted.tracking_ids
            wanted = msgspec.structs.replace(wanted, tracking_ids=(chosen,) if ids is None or chosen in ids else ())
        yield cast("Message", _wanted(info.context, wanted, chosen, after))

    @followed("Events as they arrive. One that a sender repeats may come again, with the same eventId.")
    async def event_received(
        self, info: Info, where: WhereEvent = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> AsyncGenerator[Event, None]:
        yield cast("Event", _wanted(info.context, filters.event_filter(where, info.context.settings), None, after))


def _wanted(context: Context, where: Where, tracking_id: str | None, after: str | None) -> Wanted:
    if where.recipient is not None and context.sight is not WHOLE:
        raise problem("recipient: the token's scope has no addresses; ask by recipientDomain", FORBIDDEN)
    require_known(where)
    return Wanted(where, tracking_id, after if isinstance(after, str) else None)
