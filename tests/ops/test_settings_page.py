"""docs/SETTINGS.md is what `eds settings` prints, and every setting says what it is."""

from pathlib import Path

from ops.configuration import SECTIONS
from ops.settings_page import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "SETTINGS.md"


def test_the_page_is_true() -> None:
    assert PAGE.read_text("utf-8") == settings_page(SECTIONS), "run: eds settings > docs/SETTINGS.md"


def test_every_setting_is_described() -> None:
    bare = [line for line in settings_page(SECTIONS).splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert not bare
