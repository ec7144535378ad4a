"""A calculator that fails where it is told to, and what is noted on its error."""

from __future__ import annotations

from graphflow import Calculator, Option


def note_of(error: BaseException) -> str:
    return "\n".join(getattr(error, "__notes__", []))


class Fails(Calculator):
    """Fails in one of its methods."""

    where: str = Option(default="process")

    def open(self) -> None:
        self.fail("open")

    def process(self, a: int) -> int:
        self.fail("process")
        return a

    def close(self) -> None:
        self.fail("close")

    def fail(self, where: str) -> None:
        if self.where == where:
            raise ZeroDivisionError(where)
