"""Printing lines in which names from users' files stand."""

import click

from camiscreen.report.text import clean


def say(text: str, *, err: bool = False) -> None:
    """Print text line by line without control characters: a name must not drive the terminal."""
    click.echo("\n".join(clean(line) for line in text.split("\n")), err=err)
