"""No password of a URL is shown, wherever it stands in it."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.credentials import hide_in_text, hide_in_url

ROUND = st.text("ab1:/#@&=% é", max_size=5)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://eds:sesame@host/base", "postgresql://eds:…@host/base"),
        ("postgresql://h/db?user=u&password=sekret", "postgresql://h/db?user=u&password=…"),
        ("postgresql://h:5432/db?user=a@b&sslpassword=s@t&x=1", "postgresql://h:5432/db?user=a@b&sslpassword=…&x=1"),
        ("postgresql://u:a@h/db?pass%77ord=b&PASSWORD=c", "postgresql://u:…@h/db?pass%77ord=…&PASSWORD=…"),
        ("postgresql://u:p?w@h/db", "postgresql://u:…"),
        ("u:sekret@h/db", "u:…@h/db"),
        ("postgresql://u@h1:1,h2:2/db?sslmode=require", "postgresql://u@h1:1,h2:2/db?sslmode=require"),
        ("sqlite:////var/lib/store.db", "sqlite:////var/lib/store.db"),
        ("", ""),
    ],
)
def test_a_url_is_shown_without_its_passwords(url: str, shown: str) -> None:
    assert hide_in_url(url) == shown


@given(ROUND, ROUND)
def test_no_part_of_a_password_is_shown_whatever_is_in_it(before: str, behind: str) -> None:
    password = f"{before}sekret{behind}"
    for url in (
        f"postgresql://u:{password}@h:1/db?sslmode=require",
        f"postgresql://u@h:1/db?password={quote(password)}&sslmode=require",
        f"postgresql://u@h:1/db?sslpassword={password.replace('&', '')}",
    ):
        assert "sekret" not in hide_in_url(url)


def test_urls_in_a_text_are_shown_without_users_and_passwords() -> None:
    told = hide_in_text("no postgresql://u:a@h/db?user=u&password=b&sslpassword=c, nor http://d@e?x=1: password=known")
    assert told == "no postgresql://…@h/db?user=u&password=…&sslpassword=… nor http://…@e?x=1: password=known"
    assert hide_in_text("who?password=unknown") == "who?password=unknown"
