"""The schema: what can be asked, and how a document is read, checked, cached and run."""

from collections.abc import Callable
from typing import Annotated

import strawberry
from graphql import ASTValidationRule, GraphQLError, NoSchemaIntrospectionCustomRule
from graphql.validation.rules.max_introspection_depth_rule import MaxIntrospectionDepthRule
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from graphql_api import resolvers
from graphql_api.context import Info
from graphql_api.fields import resolved
from graphql_api.filters import DeliveryFilter, DeliveryOrder, EventFilter, EventOrder, MessageFilter, MessageOrder
from graphql_api.guards.checked import AsChecked, CheckedDocuments
from graphql_api.guards.cost import Costs
from graphql_api.guards.limits import ChosenOperation, CostLimit, alias_rule, depth_rule
from graphql_api.lists import DELIVERIES, EVENTS, MESSAGES, resolve_list
from graphql_api.live.subscription import Subscription
from graphql_api.questions import Interval, StatisticsFilter
from graphql_api.scalars import SCALARS
from graphql_api.settings import GraphQLSettings
from graphql_api.types.connection import After, Before, Connection, First, Last, page_request
from graphql_api.types.dead_letter import DeadLetter, DeadLetterFilter, DeadLetterOrder, resolve_letters
from graphql_api.types.delivery import Delivery
from graphql_api.types.event import Event
from graphql_api.types.message import Message
from graphql_api.types.node import Node
from graphql_api.types.pipeline import Pipeline
from graphql_api.types.requeue import RequeueDeadLettersPayload, Wish, resolve_requeue
from graphql_api.types.statistics import Statistics
from graphql_api.types.viewer import Viewer

Id = Annotated[strawberry.ID, strawberry.argument(description="An id as a Node has it.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Ids as Nodes have them, as many as a page has.")]
TrackingId = Annotated[str, strawberry.argument(description="The sender's id of the message.")]
WhereMessage = Annotated[MessageFilter | None, strawberry.argument(description="Which messages; all without it.")]
WhereDelivery = Annotated[DeliveryFilter | None, strawberry.argument(description="Which deliveries; all without it.")]
WhereEvent = Annotated[EventFilter | None, strawberry.argument(description="Which events; all without it.")]
Search = Annotated[
    str | None,
    strawberry.argument(
        description="The same as a text: to: domain: id: status: code: category: sender: after: before:, each turned round by -."
    ),
]
MessagesBy = Annotated[MessageOrder | None, strawberry.argument(description="The order; newest first without it.")]
DeliveriesBy = Annotated[DeliveryOrder | None, strawberry.argument(description="The order; newest first without it.")]
EventsBy = Annotated[EventOrder | None, strawberry.argument(description="The order; newest first without it.")]

WhereStatistics = Annotated[
    StatisticsFilter | None, strawberry.argument(description="Which events are counted; the latest without it.")
]
Every = Annotated[
    Interval | None,
    strawberry.argument(description="How long a bucket is. By the hour for up to three days, else by the day."),
]

WhereLetter = Annotated[DeadLetterFilter | None, strawberry.argument(description="Which dead letters; all without it.")]
LettersBy = Annotated[DeadLetterOrder | None, strawberry.argument(description="The order; newest first without it.")]

DryRun = Annotated[bool, strawberry.argument(description="Only says what would become of them; nothing is changed.")]
Again = Annotated[bool, strawberry.argument(description="Also those that were sent on before.")]
LetterIds = Annotated[
    list[strawberry.ID] | None, strawberry.argument(description="These, by the ids that Nodes have; or give `where`.")
]
WhereRequeued = Annotated[
    DeadLetterFilter | None,
    strawberry.argument(description="A page of these, the oldest first: `first` behind `after`. {} is all of them."),
]


@strawberry.type(description="All that can be read.")
class Query:
    @resolved("The object with this id; null where there is none.")
    async def node(self, info: Info, id: Id) -> Node | None:  # noqa: A002
        return await resolvers.resolve_node(info.context, id)

    @resolved("The objects with these ids, in their order; null where there is none.")
    async def nodes(self, info: Info, ids: Ids) -> list[Node | None]:
        return await resolvers.resolve_nodes(info.context, ids)

    @resolved("The message with this tracking id; null where no event named it.")
    async def message(self, info: Info, tracking_id: TrackingId) -> Message | None:
        return await resolvers.resolve_message(info.context, tracking_id)

    @resolved("Messages, newest last event first unless ordered otherwise.")
    async def messages(
        self,
        info: Info,
        where: WhereMessage = strawberry.UNSET,
        search: Search = strawberry.UNSET,
        order_by: MessagesBy = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Message]:
        page = page_request(first, after, last, before)
        return await resolve_list(info.context, MESSAGES, where, search, order_by, page)

    @resolved("Deliveries of all messages, newest last event first unless ordered otherwise.")
    async def deliveries(
        self,
        info: Info,
        where: WhereDelivery = strawberry.UNSET,
        search: Search = strawberry.UNSET,
        order_by: DeliveriesBy = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Delivery]:
        page = page_request(first, after, last, before)
        return await resolve_list(info.context, DELIVERIES, where, search, order_by, page)

    @resolved("The history of all messages, newest first unless ordered otherwise.")
    async def events(
        self,
        info: Info,
        where: WhereEvent = strawberry.UNSET,
        search: Search = strawberry.UNSET,
        order_by: EventsBy = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Event]:
        page = page_request(first, after, last, before)
        return await resolve_list(info.context, EVENTS, where, search, order_by, page)

    @resolved("How many events of each kind occurred, over time.")
    async def statistics(
        self, info: Info, where: WhereStatistics = strawberry.UNSET, interval: Every = strawberry.UNSET
    ) -> Statistics:
        return resolvers.resolve_statistics(info.context, where, interval)

    @resolved("What could not be used, newest first unless ordered otherwise. Only for tokens that see all senders.")
    async def dead_letters(
        self,
        info: Info,
        where: WhereLetter = strawberry.UNSET,
        order_by: LettersBy = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[DeadLetter]:
        return await resolve_letters(info.context, where, order_by, page_request(first, after, last, before))

    @resolved("How fresh the answers are.")
    async def pipeline(self, info: Info) -> Pipeline:
        return await resolvers.resolve_pipeline(info.context)

    @resolved("Who asks, and what the token may see and do.")
    async def viewer(self, info: Info) -> Viewer:
        return Viewer.of(info.context)


@strawberry.type(description="All that can be changed. By POST alone, with a token that has the right to it.")
class Mutation:
    @resolved(
        "Reads dead letters again by the gateway's rules of today, and sends to the events topic what is good now; who did it is "
        "noted with the letter. Done again it doubles nothing."
    )
    async def requeue_dead_letters(
        self,
        info: Info,
        dry_run: DryRun,
        ids: LetterIds = strawberry.UNSET,
        where: WhereRequeued = strawberry.UNSET,
        again: Again = False,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> RequeueDeadLettersPayload:
        wish = Wish(
            ids=ids or None,
            where=where or None,
            dry_run=dry_run,
            again=again,
            page=page_request(first, after, None, None),
        )
        return await resolve_requeue(info.context, wish)


class QuietSchema(strawberry.Schema):
    """A schema that leaves the logging of errors to whoever renders them: most are the client's own.

    `documents` are those that it was asked to run, as they were checked.
    """

    documents: CheckedDocuments

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        pass


def validation_rules(settings: GraphQLSettings) -> list[type[ASTValidationRule]]:
    """What every document is held to beside graphql-core's own rules."""
    rules: list[type[ASTValidationRule]] = [
        depth_rule(settings.query_depth_max),
        alias_rule(settings.query_aliases_max),
        MaxIntrospectionDepthRule,
    ]
    if not settings.introspection:
        rules.append(NoSchemaIntrospectionCustomRule)
    return rules


def build_schema(settings: GraphQLSettings, now: Callable[[], int]) -> QuietSchema:
    """The schema with these limits; `now` is a clock in ms since 1970. Documents are parsed and validated once, then kept."""
    schema = QuietSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=(Message, Delivery, Event, DeadLetter),
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    costs = Costs(schema._schema, settings, now)
    documents = schema.documents = CheckedDocuments(schema._schema, validation_rules(settings), costs, settings)
    extensions: tuple[type[SchemaExtension] | Callable[[], SchemaExtension], ...] = (
        lambda: AsChecked(documents),
        ChosenOperation,
        lambda: CostLimit(costs),
    )
    schema.extensions = extensions
    return schema


def print_sdl() -> str:
    """The schema as text, as it is kept in schema.graphql."""
    return build_schema(GraphQLSettings(), lambda: 0).as_str() + "\n"
