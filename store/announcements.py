"""Announcements that are due: messages that something other than `apply` changed or removed, for the status topic.

Whoever changes messages behind their owner's back (a rebuild, an erasure, retention) adds rows in the same transaction, before it
removes them; the owner of a message's partition announces it and deletes the rows. A row that comes meanwhile has a number of its
own and stays. Both databases take the same statements, but for their placeholders.
"""

from collections.abc import Iterable

from delivery.views import Views
from store.arranging import Known
from store.columns import KEY_CHARACTERS_MAX, key_text
from store.contract import Due
from store.plan import change_of

_WHOLE_ID = "case when length(tracking_id) > {longest} then ({state}) ->> 'tracking_id' else tracking_id end"
# A state begins with its tracking_id. PostgreSQL takes no JSON apart in which a NUL stands somewhere, as senders may write one.
_BEGINNING = r"""(substring(state from '^\{"tracking_id":"(?:[^"\\]|\\.)*"') || '}')::json"""


def add_from(messages: str, *, removed: bool, postgresql: bool, schema: str = "") -> str:
    """The statement that makes messages due: `messages` is a table or query of rows of `messages`, as `from` takes it.

    `schema` is that of the announcements, where it is not the session's own.

    `removed`: these are about to go, or to begin anew with a lower revision. A tombstone then comes first, so that subscribers
    don't take what follows for an older view.
    """
    whole_id = _WHOLE_ID.format(longest=KEY_CHARACTERS_MAX, state=_BEGINNING if postgresql else "state")
    return (
        f"insert into {schema}{'.' if schema else ''}announcements (topic_partition, tracking_id, removed) "  # noqa: S608
        f"select topic_partition, {whole_id}, {'true' if removed else 'false'} from {messages}"
    )


DueRow = tuple[int, str, bool]
"""A row's number, tracking_id and removed."""


def due_of(rows: Iterable[DueRow], known: Known) -> list[Due]:
    """What is due, each message once, as it stands; `known` has all of them that there are, with their deliveries where few."""
    due: dict[str, Due] = {}
    for number, tracking_id, removed in rows:
        one = due.get(tracking_id)
        if one is None:
            message = known.messages.get(tracking_id)
            change = change_of(Views(message, known.deliveries[tracking_id])) if message is not None else None
            one = due[tracking_id] = Due(tracking_id, [], False, change)
        one.numbers.append(number)
        one.removed = one.removed or bool(removed)
    return list(due.values())


def keys_of(rows: Iterable[DueRow]) -> list[str]:
    """The keys of the messages that the rows are about."""
    return list(dict.fromkeys(key_text(tracking_id) for _, tracking_id, _ in rows))
