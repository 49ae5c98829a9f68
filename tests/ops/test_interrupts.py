"""What docs/CLI.md says of Ctrl-C: a server stops in order at it, and ends with 0."""

import signal
from pathlib import Path

import pytest

from bus.settings import KafkaSettings
from ops.outcomes import EXIT_DONE, EXIT_INTERRUPTED, EXIT_STATUSES
from store.settings import StoreSettings
from tests.parts.processes import Part, running


@pytest.mark.parametrize("name", ["gateway", "graphql"])
def test_a_server_ends_with_0(name: str, topics: KafkaSettings, tmp_path: Path) -> None:
    sections = {"kafka": topics, "store": StoreSettings(url=f"sqlite:///{tmp_path}/store.db")}
    with running(Part("consumers", sections, tmp_path / "consumers.log")) as consumers:
        with running(Part(name, sections, tmp_path / "log")) as part:
            assert part.end(signal.SIGINT) == EXIT_DONE, part.log_end()
        assert consumers.end(signal.SIGINT) == EXIT_DONE, consumers.log_end()
    [told] = [status.meaning for status in EXIT_STATUSES if status.number == EXIT_INTERRUPTED]
    assert "Servers and eds run" in told
    assert f"end with {EXIT_DONE}" in told
