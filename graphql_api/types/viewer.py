"""Viewer: who asks, and what the token may see and do."""

import strawberry

from graphql_api.context import Context
from graphql_api.scalars import Long


@strawberry.type(description="Who asks, and what the token may see and do.")
class Viewer:
    name: str = strawberry.field(description="The token's name, or anybody where the API asks for none.")
    sender_ids: list[Long] | None = strawberry.field(description="The accounts whose mail is seen; null for all.")
    addresses: bool = strawberry.field(description="Whether mail addresses are shown whole.")
    can_requeue_dead_letters: bool = strawberry.field(
        description="Whether requeueDeadLetters is answered: the token has the right, and this server can."
    )

    @classmethod
    def of(cls, context: Context) -> "Viewer":
        caller = context.caller
        senders = caller.scope.sender_ids
        return cls(
            name=caller.name,
            sender_ids=None if senders is None else [Long(each) for each in sorted(senders)],
            addresses=caller.scope.addresses,
            can_requeue_dead_letters=caller.may_requeue and senders is None and context.sources.requeue is not None,
        )
