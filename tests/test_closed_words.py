"""Sets of words behave as those of the standard library do."""

import copy
import enum
import json
import pickle

import pytest
from pydantic import TypeAdapter, ValidationError

from camiscreen.closed_words import StrEnum


class Ours(StrEnum):
    """Sizes."""

    SMALL = "small"
    LARGE = "very_large"

    @property
    def shouted(self) -> str:
        return self.upper()


class Theirs(enum.StrEnum):
    """Sizes."""

    SMALL = "small"
    LARGE = "very_large"

    @property
    def shouted(self) -> str:
        return self.upper()


def _shown(of: type[Ours] | type[Theirs]) -> list[object]:
    large = of("very_large")
    return [
        [word.name for word in of],
        [word.value for word in of],
        [word.value for word in reversed(of)],
        len(of),
        bool(of),
        list(of.__members__),
        str(large),
        type(str(large)),
        type(large.value),
        f"{large:>12}",
        repr(large).replace(of.__name__, ""),
        hash(large),
        {"very_large": 1}[large],
        large == "very_large",
        large is of.LARGE is of["LARGE"] is of(of.LARGE),
        isinstance(large, str),
        large in of,
        json.dumps({large: [large]}),
        large.shouted,
        sorted(of),
        of.__doc__,
    ]


def test_the_same_as_in_the_standard_library() -> None:
    assert _shown(Ours) == _shown(Theirs)


def test_a_word_stays_the_one_it_is() -> None:
    for again in (copy.copy, copy.deepcopy, lambda word: pickle.loads(pickle.dumps(word))):
        assert again(Ours.LARGE) is Ours.LARGE
    assert [word.place for word in Ours] == [0, 1]


@pytest.mark.parametrize("wrong", ["large", "", None, 3, [], Ours])
def test_what_is_no_word_of_the_set(wrong: object) -> None:
    for of in (Ours, Theirs):
        with pytest.raises(ValueError, match="is not a valid"):
            of(wrong)
    assert wrong not in Ours


def test_a_set_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Ours.SMALL = "tiny"  # type: ignore[misc, assignment]
    for change in (
        lambda: delattr(Ours, "SMALL"),
        lambda: setattr(Ours.SMALL, "place", 9),
        lambda: setattr(Ours.SMALL, "name", "TINY"),
        lambda: delattr(Ours.SMALL, "place"),
    ):
        with pytest.raises(AttributeError):
            change()
    assert (Ours.SMALL.place, Ours.SMALL.name) == (0, "SMALL")
    with pytest.raises(TypeError, match="is no word"):
        type("Mixed", (StrEnum,), {"ONE": "one", "TWO": 2})
    with pytest.raises(TypeError, match="cannot extend"):
        type("More", (Ours,), {"HUGE": "huge"})
    with pytest.raises(ValueError, match="twice"):
        type("Twice", (StrEnum,), {"ONE": "one", "SAME": "one"})


def test_pydantic_reads_and_describes_it_as_one_of_the_standard_library() -> None:
    said = []
    for of in (Ours, Theirs):
        adapter: TypeAdapter[object] = TypeAdapter(of)
        assert adapter.validate_python("small") is of.SMALL
        assert adapter.dump_json(of.SMALL) == b'"small"'
        with pytest.raises(ValidationError) as caught:
            adapter.validate_python("huge")
        schema = TypeAdapter(dict[of, list[of]]).json_schema()  # type: ignore[valid-type]
        told = json.dumps(schema).replace(of.__name__, "Size")
        said.append((caught.value.errors(include_url=False), told))
    assert said[0] == said[1]
