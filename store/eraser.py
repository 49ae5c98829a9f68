"""Takes an address out of a store, step by step. Every step is whole in itself: after a crash the next run goes on."""

from delivery.classification import Classifier
from delivery.kept_letter import KeptLetter
from delivery.mentions import names, value_without
from delivery.state import Delivery, Message, decode_delivery, decode_message, encode_view, fold, roll_up
from store.columns import delivery_row, key_text, message_row
from store.erasing import REFS_MAX, SCANNED_MAX, Database, Found, HistoryRow, Ref, Tables, needle_of
from store.erasures import ErasureKey, cleaned, is_named_as_recipient
from store.letters import kept_letter

Place = tuple[object, ...] | None


class Eraser:
    """The work on one address, in its normal form, over one database."""

    def __init__(self, database: Database, key: ErasureKey, classifier: Classifier, address: str) -> None:
        self._database = database
        self._key = key
        self._classifier = classifier
        self._address = address
        self._column = key_text(address)
        self._needle = needle_of(address)

    async def open(self) -> None:
        await self._database.open()

    async def close(self) -> None:
        await self._database.close()

    def is_erased(self, address: str) -> bool:
        return address == self._address

    async def check_key(self) -> None:
        await self._database.check_key(self._key.check_value())

    async def remember(self, now: int) -> bool:
        """From now on no event of the address is applied. Whether it was not remembered before."""
        return await self._database.remember(self._key.hash(self._address), self._key.check_value(), now)

    async def count(self) -> Found:
        """What there is of the recipient itself."""
        async with self._database.looking() as tables:
            return await tables.count_own(self._column)

    async def wipe(self) -> tuple[Found, bool]:
        """Removes some of what is the recipient's own, and makes its messages what their other deliveries make; whether
        there may be more."""
        found = Found()
        async with self._database.changing() as tables:
            found.events += await tables.delete_untracked(self._column, SCANNED_MAX)
            refs = await tables.refs(self._column, REFS_MAX)
            for ref in refs:
                await self._wipe_message(tables, ref, self._column, found)
            return found, len(refs) == REFS_MAX or found.events >= SCANNED_MAX

    async def _wipe_message(self, tables: Tables, ref: Ref, recipient: str, found: Found) -> None:
        await tables.announce(ref, removed=True)
        events, deliveries = await tables.delete_own(ref, recipient)
        found.events += events
        found.deliveries += deliveries
        found.messages += 1
        await self._roll_up(tables, ref)

    async def _roll_up(self, tables: Tables, ref: Ref) -> None:
        message = roll_up(decode_delivery(state) for state in await tables.deliveries(ref))
        if message is None:
            await tables.delete_message(ref)
        else:
            await tables.update_message(ref, _message_values(message))

    async def scan_history(self, after: Place, *, change: bool) -> tuple[Found, Place]:
        """Looks at some of the history for texts that name the address; gives the place to go on from, None at its end."""
        found = Found()
        async with self._database.changing() if change else self._database.looking() as tables:
            portion = await tables.walk_history(after, self._needle, SCANNED_MAX)
            own: dict[tuple[Ref, str], None] = {}
            named: dict[tuple[Ref, str], None] = {}
            for row in portion.rows:
                await self._look_at(tables, row, own, named, found, change=change)
            if change:
                for ref, recipient in own:
                    await self._wipe_message(tables, ref, recipient, found)
                await self._fold_again(tables, [key for key in named if key not in own])
        return found, portion.last

    async def _look_at(
        self, tables: Tables, row: HistoryRow, own: dict[tuple[Ref, str], None], named: dict[tuple[Ref, str], None],
        found: Found, *, change: bool,
    ) -> None:  # fmt: skip
        value = value_without(row.event.value, self.is_erased)
        if value is row.event.value:
            return
        if is_named_as_recipient(row.event, self.is_erased):
            if row.ref is not None and change:
                own[row.ref, row.recipient] = None
                return
            found.events += 1
            if change:
                await tables.delete_event(row)
            return
        found.mentions += 1
        if change:
            kind = self._classifier.meaning(cleaned(row.event, value).notification).kind
            await tables.update_event(row, value, kind.value)
            if row.ref is not None:
                named[row.ref, row.recipient] = None

    async def _fold_again(self, tables: Tables, keys: list[tuple[Ref, str]]) -> None:
        """Deliveries whose history has changed, and then their messages."""
        for ref, recipient in keys:
            for state in await tables.deliveries(ref):
                delivery = decode_delivery(state)
                if key_text(delivery.recipient) == recipient:
                    await self._mend(tables, ref, recipient, delivery)
        for ref in dict.fromkeys(ref for ref, _ in keys):
            await tables.announce(ref, removed=False)
            await self._roll_up(tables, ref)

    async def _mend(self, tables: Tables, ref: Ref, recipient: str, delivery: Delivery) -> None:
        """A delivery as its history makes it, where all of that is kept still; else as it was, but for the address."""
        views = fold(await tables.history(ref, recipient), self._classifier).get(delivery.tracking_id)
        folded = views.deliveries.get(delivery.recipient) if views is not None else None
        if folded is None or folded.event_count != delivery.event_count:
            folded = decode_delivery(value_without(encode_view(delivery), self.is_erased))
        await tables.update_delivery(ref, recipient, delivery_row(folded)[3:])

    async def scan_deliveries(self, after: Place, *, change: bool) -> tuple[Found, Place]:
        """The same of the deliveries: a view may be older than what is left of its history."""
        found = Found()
        async with self._database.changing() if change else self._database.looking() as tables:
            portion = await tables.walk_deliveries(after, self._needle, SCANNED_MAX)
            for ref, recipient, state in portion.rows:
                delivery = decode_delivery(state)
                if self.is_erased(delivery.recipient) or names(delivery.recipient, self.is_erased):
                    found.deliveries += not change
                    if change:
                        await self._wipe_message(tables, ref, recipient, found)
                elif (value := value_without(encode_view(delivery), self.is_erased)) != encode_view(delivery):
                    found.mentions += 1
                    if change:
                        await tables.update_delivery(ref, recipient, delivery_row(decode_delivery(value))[3:])
                        await tables.announce(ref, removed=False)
                        await self._roll_up(tables, ref)
        return found, portion.last

    async def scan_messages(self, after: Place, *, change: bool) -> tuple[Found, Place]:
        """The same of the messages."""
        found = Found()
        async with self._database.changing() if change else self._database.looking() as tables:
            portion = await tables.walk_messages(after, self._needle, SCANNED_MAX)
            for ref, state in portion.rows:
                message = decode_message(state)
                value = value_without(encode_view(message), self.is_erased)
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

    async def compact(self) -> None:
        """What the database itself keeps of removed rows goes, as far as that is quick."""
        await self._database.compact()


def _message_values(message: Message) -> tuple[object, ...]:
    _, phase, sender_id, revision, last_event_at, state, _ = message_row(message, 0)
    return phase, sender_id, revision, last_event_at, state
