"""Months as people write them: ``4-9``, ``11-2``, ``4,5,10``."""


def read_months(text: str) -> tuple[int, ...] | None:
    """The months named, in the order of the year; None for anything else.

    A range may run over New Year.
    """
    months: set[int] = set()
    for part in text.split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or not all(
            end.isascii() and end.isdigit() and 1 <= int(end) <= 12 for end in ends
        ):
            return None
        first, last = int(ends[0]), int(ends[-1])
        run = last - first if last >= first else last + 12 - first
        months |= {(first + step - 1) % 12 + 1 for step in range(run + 1)}
    return tuple(sorted(months))
