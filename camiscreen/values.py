"""``dataclass`` as in the standard library, made in a tenth of the time.

The standard one writes and compiles source code for each class: with some hundred classes that
was half of what a short check cost. Here the methods are shared functions instead; a class of which
many values are made gets an ``__init__`` of its own then, for 0.1 ms. Type checkers see the
standard decorator, and ``fields``, ``replace`` and pydantic work as on any dataclass.
"""

import dataclasses
import sys
from typing import TYPE_CHECKING, Any, ClassVar

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False, eq=True):  # noqa: ARG001
        """Like ``dataclasses.dataclass``; ``slots`` is accepted and saves nothing here."""

        def make(plain: type) -> type:
            # Without a text of its own a class would get its signature, which takes 5 ms to find.
            plain.__doc__ = plain.__doc__ or plain.__name__
            made = _described(plain, kw_only)
            fields = dataclasses.fields(made)
            made.__value_names__ = tuple(field.name for field in fields)
            made.__value_positional__ = tuple(f.name for f in fields if not f.kw_only)
            made.__value_defaults__ = {
                f.name: f.default for f in fields if f.default is not dataclasses.MISSING
            }
            made.__value_factories__ = {
                f.name: f.default_factory
                for f in fields
                if f.default_factory is not dataclasses.MISSING
            }
            made.__value_count__ = 0
            made.__init__, made.__repr__ = _init, _repr
            if eq:
                made.__eq__ = _eq
                made.__hash__ = _hash if frozen else None
            if frozen:
                made.__setattr__, made.__delattr__ = _refuse, _refuse
            return made

        return make if cls is None else make(cls)


def _described(plain: Any, kw_only: bool) -> Any:
    """The class with its fields as the standard library describes them, in a third of its time.

    That also looks for what no class here has: string annotations, ``InitVar``, a docstring to be
    made. From Python 3.14 on annotations are no plain mapping, and the library does it.
    """
    if sys.version_info >= (3, 14):
        return dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(plain)
    fields: dict[str, Any] = {}
    for base in plain.__mro__[:0:-1]:
        fields |= vars(base).get("__dataclass_fields__", {})
    for name, of in vars(plain).get("__annotations__", {}).items():
        if getattr(of, "__origin__", of) is ClassVar:
            continue
        given = getattr(plain, name, dataclasses.MISSING)
        field: Any = given
        if not isinstance(given, dataclasses.Field):
            field = dataclasses.field(default=given)
        elif field.default is dataclasses.MISSING:
            delattr(plain, name)
        else:
            setattr(plain, name, field.default)
        if type(field.default).__hash__ is None:
            raise ValueError(f"{plain.__name__}.{name}: a default must not change")
        field.name, field.type, field._field_type = name, of, _FIELD
        if field.kw_only is dataclasses.MISSING:
            field.kw_only = kw_only
        fields[name] = field
    plain.__dataclass_fields__ = fields
    plain.__dataclass_params__ = _PARAMS
    return plain


@dataclasses.dataclass(init=False, repr=False, eq=False)
class _Example:
    """From which what is the same in all classes is taken."""

    field: int


_FIELD: Any = vars(_Example)["__dataclass_fields__"]["field"]._field_type
_PARAMS: Any = vars(_Example)["__dataclass_params__"]

MANY = 40
"""From so many values on a class is worth an ``__init__`` of its own."""


def _init(self: Any, *args: Any, **given: Any) -> None:
    cls = type(self)
    cls.__value_count__ += 1
    if cls.__value_count__ == MANY and "__value_names__" in vars(cls):
        cls.__init__ = _own_init(cls)
    values = self.__dict__
    if args:
        if len(args) > len(cls.__value_positional__):
            raise TypeError(f"{cls.__name__}() takes no so many positional arguments")
        values.update(zip(cls.__value_positional__, args, strict=False))
    values.update(cls.__value_defaults__ | given if not args else _rest(cls, values, given))
    for name, factory in cls.__value_factories__.items():
        if name not in values:
            values[name] = factory()
    if len(values) != len(cls.__value_names__):
        wrong = sorted(set(cls.__value_names__) ^ values.keys())
        raise TypeError(f"{cls.__name__}() misses or does not know: {', '.join(wrong)}")


def _own_init(cls: Any) -> Any:
    """An ``__init__`` with the fields of a class as its parameters."""
    missing = object()
    kept = {"_missing_": missing}
    parameters: dict[bool, list[str]] = {False: ["_self_"], True: []}
    lines = ["_fields_ = _self_.__dict__"]
    for field in dataclasses.fields(cls):
        name, default = field.name, ""
        given = name
        if name in cls.__value_defaults__:
            default, kept[f"_default_{name}"] = f"=_default_{name}", field.default
        elif name in cls.__value_factories__:
            default, kept[f"_make_{name}"] = "=_missing_", field.default_factory
            given = f"_make_{name}() if {name} is _missing_ else {name}"
        parameters[bool(field.kw_only)].append(f"{name}{default}")
        lines.append(f"_fields_[{name!r}] = {given}")
    star = ["*"] if parameters[True] else []
    listed = ", ".join([*parameters[False], *star, *parameters[True]])
    body = "\n    ".join(lines)
    made: dict[str, Any] = {}
    exec(f"def __init__({listed}):\n    {body}\n", kept, made)
    return made["__init__"]


def _rest(cls: Any, values: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Defaults and keywords beside positional arguments."""
    twice = sorted(values.keys() & given.keys())
    if twice:
        raise TypeError(f"{cls.__name__}() got twice: {', '.join(twice)}")
    defaults = {name: v for name, v in cls.__value_defaults__.items() if name not in values}
    return {**defaults, **given}


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__value_names__)
    return f"{type(self).__name__}({shown})"


def _eq(self: Any, other: object) -> Any:
    return self.__dict__ == other.__dict__ if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(tuple(getattr(self, name) for name in type(self).__value_names__))


def _refuse(_self: Any, name: str, *_: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change field {name!r}")
