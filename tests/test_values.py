"""Our dataclass does what the standard one does."""

import dataclasses
from typing import ClassVar

import pytest

from camiscreen import values


@values.dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    a: int
    b: str = "x"


@values.dataclass(slots=True)
class Open:
    a: int
    b: list[int] = dataclasses.field(default_factory=list)


@values.dataclass(frozen=True, eq=False, kw_only=True)
class ById:
    a: int


@pytest.fixture(autouse=True, params=["few", "many"])
def made(request: pytest.FixtureRequest) -> None:
    """Each test with classes of which few values were made, and with an ``__init__`` of their own.

    Once a class has that it keeps it, so ``few`` comes first.
    """
    if request.param == "many":
        for number in range(values.MANY):
            Frozen(a=number)
            Open(number)
            ById(a=number)
        assert "__init__" in vars(Frozen)
        assert len({Frozen.__init__, Open.__init__, ById.__init__}) == 3


def test_values_compare_and_hash_by_their_fields() -> None:
    assert Frozen(a=1) == Frozen(a=1, b="x")
    assert Frozen(a=1) != Frozen(a=2)
    assert len({Frozen(a=1), Frozen(a=1), Frozen(a=2)}) == 2
    assert ById(a=1) != ById(a=1)
    assert repr(Frozen(a=1)) == "Frozen(a=1, b='x')"


def test_frozen_values_do_not_change() -> None:
    value = Frozen(a=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.a = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.a
    assert dataclasses.replace(value, a=3) == Frozen(a=3)
    assert [field.name for field in dataclasses.fields(value)] == ["a", "b"]


def test_defaults_and_positions() -> None:
    first, second = Open(1), Open(2)
    first.b.append(5)
    first.a = 7
    assert (first.a, first.b, second.b) == (7, [5], [])
    assert Open(1, [2]).b == [2]
    assert Open(a=1).b == []


def test_fields_are_described_as_by_the_standard_library() -> None:
    def plain() -> type:
        class Base:
            a: int
            b: str = dataclasses.field(default="x", repr=False)
            kind: ClassVar[str] = "base"
            c: list[int] = dataclasses.field(default_factory=list, kw_only=True)

        return Base

    for kw_only in (False, True):
        ours = values.dataclass(frozen=True, kw_only=kw_only)(plain())
        theirs = dataclasses.dataclass(frozen=True, kw_only=kw_only)(plain())
        described = [
            [(f.name, f.type, f.default, f.kw_only, f.init, f.repr) for f in dataclasses.fields(of)]
            for of in (ours, theirs)
        ]
        assert described[0] == described[1]
        assert dataclasses.is_dataclass(ours)
        assert (ours.b, ours.kind) == ("x", "base")
        assert ours(a=1).c == []
        assert not hasattr(ours, "c")


def test_a_default_that_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="must not change"):

        @values.dataclass(frozen=True)
        class Wrong:
            a: list[int] = []  # noqa: RUF012 - what is refused


def test_values_of_a_subclass_keep_its_fields() -> None:
    @values.dataclass(frozen=True, kw_only=True)
    class More(Frozen):
        self_made: int = 3

    for number in range(2 * values.MANY):
        assert vars(More(a=number)) == {"a": number, "b": "x", "self_made": 3}
    assert Frozen(a=1) == Frozen(b="x", a=1)


@pytest.mark.parametrize("given", [{}, {"a": 1, "c": 2}, {"b": "y"}])
def test_missing_and_unknown_fields_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Frozen(**given)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Frozen(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        Open(1, a=2)  # type: ignore[misc]
