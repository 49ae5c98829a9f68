"""Answers that take long to make, remembered for as long as the database is as it was."""

from collections.abc import Hashable

from store.contract import StatisticsRow

ROWS_MAX = 100_000
"""Of all answers that are remembered; a row takes some hundred bytes."""


class Remembered:
    """The statistics of one state of the database, which its `state` names: another name is another state."""

    def __init__(self) -> None:
        self._state: Hashable = None
        self._answers: dict[Hashable, list[StatisticsRow]] = {}
        self._rows = 0

    def answer(self, state: Hashable, question: Hashable) -> list[StatisticsRow] | None:
        """What was answered in this state. Not to be changed."""
        return self._answers.get(question) if state == self._state else None

    def keep(self, state: Hashable, question: Hashable, rows: list[StatisticsRow]) -> None:
        """The answer, which was read when the database was in this state, or in a later one."""
        if state != self._state or self._rows + len(rows) > ROWS_MAX:
            self._state, self._answers, self._rows = state, {}, 0
        if question not in self._answers:
            self._answers[question] = rows
            self._rows += len(rows)
