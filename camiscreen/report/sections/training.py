"""The report as a lesson: beside each section why it is there, after it questions with answers.

This module's one job. What is taught is data, ``report_templates/training/notes.json``, so that a
teacher can change it; the sections themselves are those of the full report.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from camiscreen.model import Text
from camiscreen.paths import data_dir
from camiscreen.report import blocks as b
from camiscreen.report.sections.common import Context

_ON_NEW_PAGES = ("control", "summary", "findings")


@cache
def lessons() -> Mapping[str, Mapping[str, Any]]:
    """What is taught at each section, by its anchor."""
    path = data_dir("report_templates") / "training" / "notes.json"
    read: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {name: lesson for name, lesson in read.items() if not name.startswith("_")}


def annotated(ctx: Context, section: b.Section) -> b.Section:
    """The section with its note and questions; as it was where nothing is taught at it."""
    lesson = lessons().get(section.anchor)
    if lesson is None:
        return section
    note = _note(ctx, lesson)
    # What stands on a page on its side has no room beside it: the note comes right after. The
    # contents stay last; sections follow each other, or questions would stand alone on pages.
    at = section.turned
    body = section.blocks[at:]
    end = len(body) - (1 if body and isinstance(body[-1], b.Contents) else 0)
    questions = _questions(ctx, section, lesson)
    blocks = (*section.blocks[:at], note, *body[:end], questions, *body[end:])
    return replace(section, blocks=blocks, new_page=section.anchor in _ON_NEW_PAGES)


def _note(ctx: Context, lesson: Mapping[str, Any]) -> b.MarginNote:
    tr = ctx.tr
    paragraphs = [b.runs(tr.text(Text(**lesson["why"])))]
    if lesson.get("sources"):
        paragraphs.append(
            (*b.runs(tr.t("head.sources"), ": "), *ctx.cites(lesson["sources"]), b.text("."))
        )
    return b.MarginNote(title=tr.t("training.why"), paragraphs=tuple(paragraphs))


def _questions(ctx: Context, section: b.Section, lesson: Mapping[str, Any]) -> b.Questions:
    tr = ctx.tr
    return b.Questions(
        title=tr.t("training.questions"),
        answer_word=tr.t("training.answer"),
        items=tuple(
            b.Question(
                number=f"{section.number}.{index}",
                question=b.runs(tr.text(Text(**item["question"]))),
                answer=b.runs(tr.text(Text(**item["answer"]))),
            )
            for index, item in enumerate(lesson["questions"], start=1)
        ),
    )
