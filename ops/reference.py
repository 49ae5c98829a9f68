"""`python -m ops.reference`: the pages of docs/ that are made from the program, written anew. A test holds them to it."""

from collections.abc import Callable
from pathlib import Path

from ops.cli import main
from ops.command_page import command_page
from ops.configuration import SECTIONS
from ops.settings_page import settings_page

DOCS = Path(__file__).parents[1] / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "SETTINGS.md": lambda: settings_page(SECTIONS),
    "CLI.md": lambda: command_page(main),
}


def write() -> None:
    """Writes the pages that differ."""
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"{path} is new")


if __name__ == "__main__":
    write()
