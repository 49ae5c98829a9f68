"""Takes addresses out of a store, step by step. Every step is whole in itself: after a crash the next run goes on."""

from collections.abc import Sequence

from delivery.classification import Classifier
from delivery.kept_letter import KeptLetter
from delivery.mentions import names, value_without
from delivery.state import fold, roll_up
from delivery.views import Delivery, Message, decode_delivery, decode_message, encode_view
from store.columns import delivery_row, key_text, message_row
from store.erasing import REFS_MAX, SCANNED_MAX, Database, Found, HistoryRow, Ref, Sizes, Tables, needle_of
from store.erasures import ErasureKey, Erasures, Remembered, cleaned, event_without, is_named_as_recipient, is_whole
from store.letters import kept_letter

Place = tuple[object, ...] | None


class Eraser:
    """The work over one database on one address, in its normal form, or on addresses of which only the hashes are known.

    Rows of a known address are found by its index; of hashes by a look at all rows.
    """

    def __init__(
        self, database: Database, key: ErasureKey, classifier: Classifier, what: str | Sequence[Remembered]
    ) -> None:
        self._database = database
        self._key = key
        self._classifier = classifier
        self._address = what if isinstance(what, str) else None
        self._wanted = [Remembered(key.hash(what), 0)] if isinstance(what, str) else what
        self._column = key_text(what) if isinstance(what, str) else None
        self._needle = needle_of(what) if isinstance(what, str) else ""
        self._erasures = Erasures(key)
        self._erasures.take(None, ((number, one.digest) for number, one in enumerate(self._wanted)))

    async def open(self) -> None:
        await self._database.open()

    async def close(self) -> None:
        await self._database.close()

    def is_erased(self, address: str) -> bool:
        return address == self._address if self._address is not None else self._erasures.is_erased(address)

    @property
    def check_value(self) -> bytes:
        """Tells the key from another."""
        return self._key.check_value()

    async def check_key(self) -> None:
        await self._database.check_key(self._key.check_value())

    async def remembered(self) -> list[Remembered]:
        """All that the store remembers."""
        await self.check_key()
        return await self._database.remembered()

    async def remember(self, now: int) -> bool:
        """From now on no event of the addresses is applied. Whether one of them was not remembered before."""
        is_new = False
        for one in self._wanted:
            is_new |= await self._database.remember(one.digest, self._key.check_value(), one.erased_at or now)
        return is_new

    async def count(self) -> Found:
        """What there is of a known address as the recipient itself."""
        if self._column is None:
            return Found()
        async with self._database.looking() as tables:
            return await tables.count_own(self._column)

    async def wipe(self) -> tuple[Found, bool]:
        """Removes some of what is a known address's own, and makes its messages what their other deliveries make; whether
        there may be more."""
        found, read = Found(), 0
        if self._column is None:
            return found, False
        async with self._database.changing() as tables:
            found.events += await tables.delete_untracked(self._column, SCANNED_MAX)
            refs = await tables.refs(self._column, REFS_MAX)
            for ref in refs:
                if found.events >= SCANNED_MAX or read >= SCANNED_MAX:
                    return found, True
                await self._delete_delivery(tables, ref, self._column, found)
                read += await self._roll_up(tables, ref, removed=True)
            return found, len(refs) == REFS_MAX or found.events >= SCANNED_MAX

    async def _delete_delivery(self, tables: Tables, ref: Ref, recipient: str, found: Found) -> None:
        """With all of its events."""
        found.events += await tables.delete_events(ref, recipient)
        found.deliveries += await tables.delete_delivery(ref, recipient)
        found.messages += 1

    async def _roll_up(self, tables: Tables, ref: Ref, *, removed: bool) -> int:
        """A message as its deliveries make it, due to be announced; gives how many they are."""
        await tables.announce(ref, removed=removed)
        states = await tables.deliveries(ref)
        message = roll_up(map(decode_delivery, states))
        if message is None:
            await tables.delete_message(ref)
        else:
            await tables.update_message(ref, _message_values(message))
        return len(states)

    async def scan_history(self, after: Place, *, change: bool) -> tuple[Found, Place]:
        """Looks at some of the history for texts that name the address; gives the place to go on from, None at its end."""
        found = Found()
        async with self._database.changing() if change else self._database.looking() as tables:
            portion = await tables.walk_history(after, self._needle, SCANNED_MAX)
            own: dict[tuple[Ref, str], None] = {}
            named: dict[Ref, set[str]] = {}
            for row in portion.rows:
                await self._look_at(tables, row, own, named, found, change=change)
            for ref, recipient in own:
                await self._delete_delivery(tables, ref, recipient, found)
            for ref, recipients in named.items():
                await self._fold_again(tables, ref, recipients)
            without = {ref for ref, _ in own}
            for ref in without | named.keys():
                await self._roll_up(tables, ref, removed=ref in without)
        return found, portion.last

    async def _look_at(
        self, tables: Tables, row: HistoryRow, own: dict[tuple[Ref, str], None], named: dict[Ref, set[str]],
        found: Found, *, change: bool,
    ) -> None:  # fmt: skip
        if is_named_as_recipient(row.event, self.is_erased):
            if change and row.ref is not None:
                own[row.ref, row.recipient] = None  # all events of one recipient of a message name it so
                return
            found.events += 1
            if change:
                await tables.delete_event(row)
            return
        value = event_without(row.event, self.is_erased)
        if value is row.event.value:
            return
        found.mentions += 1
        if change:
            kind = self._classifier.meaning(cleaned(row.event, value).notification).kind
            await tables.update_event(row, value, kind.value)
            if row.ref is not None:
                named.setdefault(row.ref, set()).add(row.recipient)

    async def _fold_again(self, tables: Tables, ref: Ref, recipients: set[str]) -> None:
        """A message's deliveries whose history has changed."""
        for state in await tables.deliveries(ref):
            delivery = decode_delivery(state)
            recipient = key_text(delivery.recipient)
            if recipient in recipients:
                await self._mend(tables, ref, recipient, delivery)

    async def _mend(self, tables: Tables, ref: Ref, recipient: str, delivery: Delivery) -> None:
        """A delivery as its history makes it, where all of that is kept still and is no more than a step looks at; else as it
        was, but for the address."""
        folded = None
        if delivery.event_count <= SCANNED_MAX:
            views = fold(await tables.history(ref, recipient), self._classifier).get(delivery.tracking_id)
            folded = views.deliveries.get(delivery.recipient) if views is not None else None
        if folded is None or folded.event_count != delivery.event_count:
            folded = decode_delivery(self._view_without(delivery))
        await tables.update_delivery(ref, recipient, delivery_row(folded)[3:])

    def _view_without(self, view: Message | Delivery) -> bytes:
        origin = view.mail_from.value if view.mail_from is not None else None
        return value_without(encode_view(view), self.is_erased, whole=is_whole(origin, self.is_erased))

    async def scan_deliveries(self, after: Place, *, change: bool) -> tuple[Found, Place]:
        """The same of the deliveries: a view may be older than what is left of its history."""
        found = Found()
        changed: dict[Ref, bool] = {}
        async with self._database.changing() if change else self._database.looking() as tables:
            portion = await tables.walk_deliveries(after, self._needle, SCANNED_MAX)
            for ref, recipient, state in portion.rows:
                delivery = decode_delivery(state)
                if self.is_erased(delivery.recipient) or names(delivery.recipient, self.is_erased):
                    if change:
                        await self._delete_delivery(tables, ref, recipient, found)
                        changed[ref] = True
                    else:
                        found.deliveries += 1
                elif (value := self._view_without(delivery)) != encode_view(delivery):
                    found.mentions += 1
                    if change:
                        await tables.update_delivery(ref, recipient, delivery_row(decode_delivery(value))[3:])
                        changed.setdefault(ref, False)
            for ref, removed in changed.items():
                await self._roll_up(tables, ref, removed=removed)
        return found, portion.last

    async def scan_messages(self, after: Place, *, change: bool) -> tuple[Found, Place]:
        """The same of the messages."""
        found = Found()
        async with self._database.changing() if change else self._database.looking() as tables:
            portion = await tables.walk_messages(after, self._needle, SCANNED_MAX)
            for ref, state in portion.rows:
                message = decode_message(state)
                value = self._view_without(message)
                if value != encode_view(message):
                    found.mentions += 1
                    if change:
                        await tables.update_message(ref, _message_values(decode_message(value)))
                        await tables.announce(ref, removed=False)
        return found, portion.last

    async def letters(self, after: str, limit: int) -> list[KeptLetter]:
        """Letters of the store with all of their contents, by id."""
        return [kept_letter(row) for row in await self._database.letters(after, limit)]

    async def waiting(self) -> int:
        """How many announcements are due on the status topic."""
        return await self._database.waiting()

    async def sizes(self) -> Sizes:
        """About how many rows the scans look at."""
        return await self._database.sizes()

    async def compact(self) -> None:
        """What the database itself keeps of removed rows goes, as far as that is quick."""
        await self._database.compact()


def _message_values(message: Message) -> tuple[object, ...]:
    _, phase, sender_id, revision, last_event_at, state, _ = message_row(message, 0)
    return phase, sender_id, revision, last_event_at, state
