"""Drawings that run beside others."""

from collections.abc import Callable
from threading import Event

import pytest

from camiscreen.errors import StyleError
from camiscreen.report.outputs import Aside, Files


def test_a_drawing_aside_is_begun_at_once_and_gives_its_files() -> None:
    prepared, begun = [], Event()

    def rest() -> Files:
        begun.set()
        return {"pdf": b"%PDF"}

    def begin() -> Callable[[], Files]:
        prepared.append(True)
        return rest

    aside = Aside(begin)
    assert prepared == [True]
    assert begun.wait(10)
    assert aside() == {"pdf": b"%PDF"}
    assert aside() == {"pdf": b"%PDF"}


def test_an_error_aside_is_raised_where_the_files_are_asked_for() -> None:
    def draw() -> Files:
        raise StyleError("footer.typ:1:1: unknown variable")

    aside = Aside(lambda: draw)
    with pytest.raises(StyleError, match=r"footer\.typ:1:1"):
        aside()
