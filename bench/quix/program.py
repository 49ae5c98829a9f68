"""Quix Streams' PostgreSQL sink over the topic, as its documentation sets it up; it runs in an environment of its own.

One row a record: the notification's members, the key and the time. At least once: there is no key that keeps copies out.
"""

import json
import sys
from pathlib import Path
from typing import Any

from quixstreams import Application  # type: ignore[import-not-found]  # it is not in the product's environment
from quixstreams.sinks.community.postgresql import PostgreSQLSink  # type: ignore[import-not-found]

given = json.loads(sys.argv[1])


class Told(PostgreSQLSink):  # type: ignore[misc]
    """The sink, which also says how many rows are in the table."""

    written = 0

    def write(self, batch: Any) -> None:
        super().write(batch)
        self.written += batch.size
        Path(given["progress"]).write_text(str(self.written))


application = Application(
    broker_address=given["bootstrap"],
    consumer_group=given["group"],
    auto_offset_reset="earliest",
    commit_every=given["batch_events"],
    commit_interval=5.0,
    loglevel="WARNING",
)
sink = Told(table_name="events", **given["database"])
application.dataframe(application.topic(given["topic"], key_deserializer="str", value_deserializer="json")).sink(sink)
application.run()
