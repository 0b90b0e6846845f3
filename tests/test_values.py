"""Our dataclass does what the standard one does."""

import dataclasses

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


@pytest.mark.parametrize("given", [{}, {"a": 1, "c": 2}, {"b": "y"}])
def test_missing_and_unknown_fields_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Frozen(**given)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Frozen(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        Open(1, a=2)  # type: ignore[misc]
