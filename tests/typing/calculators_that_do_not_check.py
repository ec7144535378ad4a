"""Mistakes in calls that a type checker must find: each line marked ``# wrong`` has exactly one error."""

from graphflow.calculator import Calculator, Option, Outputs


class Clip(Calculator):
    """One option with a default, one without."""

    label: str = Option()
    max_items: int = Option(default=1)

    def process(self, item: int) -> int:
        """Nothing."""
        return item


class Faces(Outputs):
    """Two outputs."""

    rects: list[int]
    label: str | None = None


class BadDefault(Calculator):
    """An option whose default has another type."""

    size: int = Option(default="1")  # wrong


Clip(label="a", max_items="2")  # wrong
Clip(max_items=2)  # wrong
Clip(label="a", max_itms=2)  # wrong
Clip("a")  # wrong
Faces(rects="a")  # wrong
Faces(label="a")  # wrong
Faces([1])  # wrong
