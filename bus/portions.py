"""Many records in portions, made as they are asked for."""

from collections.abc import Iterable, Iterator

from delivery.event import Record

RECORD_OVERHEAD_BYTES = 400  # headers and librdkafka's own structures, about
PORTION_RECORDS = 1_000


def portions(records: Iterable[Record], bytes_max: int) -> Iterator[list[Record]]:
    """The records in their order, so many bytes at a time but for a last record."""
    portion: list[Record] = []
    bytes_ = 0
    for record in records:
        portion.append(record)
        bytes_ += len(record.value or b"") + RECORD_OVERHEAD_BYTES
        if len(portion) >= PORTION_RECORDS or bytes_ >= bytes_max:
            yield portion
            portion, bytes_ = [], 0
    if portion:
        yield portion
