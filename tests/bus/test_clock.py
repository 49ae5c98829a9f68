"""The brokers' clock, as it is told by what a group's offsets were written at."""

import pytest
from confluent_kafka.admin import AdminClient

from bus import clock
from bus.client import client_options
from bus.clock import clock_ahead_ms, java_hash
from bus.settings import KafkaSettings
from delivery.clock import wall_clock
from delivery.errors import Unavailable
from ops.local_kafka import choose_port


@pytest.mark.parametrize("wrong_ms", [0, 600_000, -600_000])
def test_the_difference_is_found_whichever_way_it_is(topics: KafkaSettings, wrong_ms: int) -> None:
    ahead = clock_ahead_ms(topics, lambda: wall_clock() + wrong_ms)
    assert abs(ahead + wrong_ms) < 60_000
    if not wrong_ms:
        assert abs(ahead) < 1_000
    groups = AdminClient(client_options(topics, "test")).list_consumer_groups().result(10).valid
    assert f"{topics.group}-doctor" not in [group.group_id for group in groups]


def test_a_kafka_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "ANSWER_TIMEOUT_S", 0.5)
    with pytest.raises(Unavailable, match="does not tell its time"):
        clock_ahead_ms(KafkaSettings(bootstrap=f"127.0.0.1:{choose_port()}"), wall_clock)


def test_groups_are_hashed_as_java_does() -> None:
    # By java.lang.String.hashCode, which its documentation gives as s[0]*31^(n-1) + … over UTF-16 units, in 32 bits with a sign.
    known = {"": 0, "a": 97, "hello": 99_162_322, "Hello World": -862_545_276, "polygenelubricants": 0}
    assert {text: java_hash(text) for text in known} == known
    assert java_hash("\N{PILE OF POO}") == 0xD83D * 31 + 0xDCA9
