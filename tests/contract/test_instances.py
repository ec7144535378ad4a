"""Calculators and their outputs as plain Python objects: what a unit test sees."""

from typing import ClassVar, Generic, TypeVar

import pytest

from graphflow.calculator import Calculator, Option, Outputs, SidePackets

T = TypeVar("T")


class Clip(Calculator):
    max_items: int = Option(default=1, ge=1, lt=10)
    mode: str = Option(default="first", choices=("first", "last"))
    ratios: list[float] = Option(default=[1.0], gt=0)

    def process(self, items: list[int]) -> list[int]:
        return items[: self.max_items]


class Labelled(Clip):
    label: str = Option()
    max_items: int = Option(default=2)


def test_a_calculator_is_called_without_a_graph() -> None:
    assert Clip(max_items=2).process([1, 2, 3]) == [1, 2]
    assert Clip().process([1, 2, 3]) == [1]


def test_options_are_inherited_and_replaced() -> None:
    labelled = Labelled(label="a")
    assert (labelled.max_items, labelled.mode, labelled.label) == (2, "first", "a")
    assert repr(labelled) == "Labelled(max_items=2, mode='first', ratios=[1.0], label='a')"


@pytest.mark.parametrize(
    ("cls", "options", "error", "message"),
    [
        (Clip, {"max_itms": 1}, TypeError, "Clip has no option 'max_itms'; its options are max_items, mode, ratios"),
        (Labelled, {}, TypeError, "Labelled needs the option 'label'"),
        (Clip, {"max_items": 0}, ValueError, "option 'max_items' of Clip must be at least 1 and below 10, not 0"),
        (Clip, {"max_items": 10}, ValueError, "option 'max_items' of Clip must be at least 1 and below 10, not 10"),
        (Clip, {"mode": "all"}, ValueError, "option 'mode' of Clip must be one of 'first', 'last', not 'all'"),
        (Clip, {"ratios": [1.0, 0.0]}, ValueError, "option 'ratios' of Clip must be above 0, not 0.0"),
        (Clip, {"ratios": [float("nan")]}, ValueError, "option 'ratios' of Clip must be above 0, not nan"),
    ],
)
def test_a_wrong_option_is_refused(
    cls: type[Calculator], options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        cls(**options)
    assert str(caught.value) == message


def test_instances_share_no_lists() -> None:
    given = [2.0]
    one, two, three = Clip(), Clip(), Clip(ratios=given)
    one.ratios.append(3.0)
    three.ratios.append(3.0)
    assert two.ratios == [1.0]
    assert given == [2.0]


class Faces(Outputs):
    limit: ClassVar[int] = 7

    rects: list[int]
    label: str | None = None
    size: int = 3


class More(Faces, Generic[T]):
    item: T
    label: str = "none"


def test_outputs_take_keywords_and_default_to_nothing() -> None:
    faces = Faces(rects=[1])
    assert (faces.rects, faces.label, faces.size, faces.limit) == ([1], None, 3, 7)
    assert Faces().rects is None  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="label2"):
        Faces(rects=[], label2="a")  # type: ignore[call-arg]


def test_outputs_are_records_with_slots() -> None:
    with pytest.raises(AttributeError):
        Faces(rects=[]).other = 1  # type: ignore[attr-defined]
    assert Faces(rects=[1]) == Faces(rects=[1], size=3)
    assert Faces(rects=[1]) != Faces(rects=[1], size=4)
    assert Faces(rects=[1]) != SidePackets()
    assert repr(Faces(rects=[1])) == "Faces(rects=[1], label=None, size=3)"


def test_outputs_inherit_fields_and_may_be_generic() -> None:
    more = More[int](rects=[], item=1)
    assert (more.rects, more.label, more.size, more.item) == ([], "none", 3, 1)
    assert not hasattr(more, "__dict__")
