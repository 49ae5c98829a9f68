"""How far something long is, on standard error: one line that is written over at a terminal, else a line now and then."""

import sys
import time

import click

from ops.commands.conventions import is_quiet

REFRESH_S = 0.5
LINE_EVERY_S = 5.0
LOOK_EVERY_RECORDS = 256


class Steps:
    """Hears of steps: their name, how much of it is done, and of how much (None where nobody knows)."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._every_s = REFRESH_S if self._is_terminal else LINE_EVERY_S
        self._step = ""
        self._began_at = self._shown_at = 0.0
        self._began_with = 0
        self._line = ""
        self._stands = False  # on a terminal, where it is to be taken away

    def told(self, step: str, done: int, total: int | None) -> None:
        """One look at a step; looks that come too soon after another are not shown."""
        if is_quiet():
            return
        now = time.monotonic()
        if step != self._step:
            self._finish()
            self._step, self._began_at, self._shown_at, self._began_with = step, now, now, done
        self._line = self._text(done, total, now - self._began_at)
        if now - self._shown_at >= self._every_s:
            self._shown_at, self._stands = now, self._is_terminal
            click.echo(f"\r\x1b[K{self._line}" if self._is_terminal else self._line, err=True, nl=not self._is_terminal)

    def aside(self) -> None:
        """Takes the line away from a terminal: something else is written there now."""
        if self._stands:
            click.echo("\r\x1b[K", err=True, nl=False)
        self._stands = False

    def end(self) -> None:
        """The last step is done, or broke off."""
        self._finish()

    def _finish(self) -> None:
        if self._step:
            click.echo(f"\r\x1b[K{self._line}" if self._is_terminal else self._line, err=True)
        self._step, self._stands = "", False

    def _text(self, done: int, total: int | None, took_s: float) -> str:
        rate = (done - self._began_with) / took_s if took_s > 0 else 0.0
        text = f"{self._step}: {done:,}" + (f" of {total:,}" if total is not None else "")
        if rate >= 1:
            text += f", {rate:,.0f}/s"
            if total is not None and done < total:
                text += f", {(total - done) / rate:,.0f} s left"
        return text


class Progress:
    """The one step of reading so many records. It leaves nothing behind."""

    def __init__(self, total: int, what: str) -> None:
        self._total = total
        self._what = what
        self._count = 0
        self._steps = Steps()

    def step(self) -> None:
        """One record more."""
        self._count += 1
        if self._count % LOOK_EVERY_RECORDS == 0:
            self._steps.told(self._what, self._count, max(self._count, self._total))

    def aside(self) -> None:
        """Takes the line away: rows are written now, or all is read."""
        self._steps.aside()
