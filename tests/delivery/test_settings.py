"""Settings: the environment over the file, and every mistake named at once."""

from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from delivery.errors import Misconfigured
from delivery.settings import Source


class Section(msgspec.Struct, frozen=True, kw_only=True):
    labels: Annotated[tuple[str, ...], msgspec.Meta(description="…")] = ()
    rows_max: Annotated[int, msgspec.Meta(ge=1)] = 1000
    bind: str = "127.0.0.1:8080"
    names: tuple[str, ...] = ()
    open: bool = False


KNOWN = {"gateway": Section}


def test_the_environment_is_over_the_file_is_over_the_default(tmp_path: Path) -> None:
    path = tmp_path / "eds.toml"
    path.write_text('[gateway]\nrows_max = 5\nbind = "127.0.0.1:1"\n')
    environment = {
        "EDS_GATEWAY_ROWS_MAX": "7",
        "EDS_GATEWAY_NAMES": "a,b",
        "EDS_GATEWAY_LABELS": "c,d",
        "EDS_GATEWAY_OPEN": "true",
        "HOME": "/",
    }
    source = Source.of_process(environment, path, is_named=True)
    section = source.section("gateway", Section)
    source.finish(KNOWN)
    assert section == Section(rows_max=7, bind="127.0.0.1:1", names=("a", "b"), labels=("c", "d"), open=True)


def test_without_anything_there_are_the_defaults(tmp_path: Path) -> None:
    source = Source.of_process({}, tmp_path / "absent.toml", is_named=False)
    assert source.section("gateway", Section) == Section()
    source.finish(KNOWN)


def test_a_file_that_somebody_has_named_must_be_there(tmp_path: Path) -> None:
    """Defaults instead of it would be a gateway without anybody's proof."""
    with pytest.raises(Misconfigured, match=r"absent\.toml"):
        Source.of_process({}, tmp_path / "absent.toml", is_named=True)


def test_every_mistake_is_named_at_once() -> None:
    source = Source(
        {"EDS_GATEWAY_ROWS_MAX": "0", "EDS_GATEWAY_TYPO": "1"},
        {"gateway": {"bind": 5, "rowsmax": 1}, "gatway": {}},
    )
    source.section("gateway", Section)
    with pytest.raises(Misconfigured) as caught:
        source.finish(KNOWN)
    for part in ("EDS_GATEWAY_ROWS_MAX", "EDS_GATEWAY_TYPO", "[gateway] bind", "[gateway] rowsmax", "[gatway]"):
        assert part in str(caught.value)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "eds.toml"
    path.write_text("[gateway\n")
    with pytest.raises(Misconfigured, match=r"eds\.toml"):
        Source.of_process({}, path, is_named=False)
