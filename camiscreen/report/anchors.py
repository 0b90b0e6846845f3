"""Names of the places in a report that links lead to: one way of making each.

This module's one job. Figures and sections both need them; letters, digits and hyphens only.
"""

import re


def slug(text: str) -> str:
    """An anchor of letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def finding_anchor(number: str) -> str:
    """Anchor of a finding's card."""
    return slug(f"finding-{number}")


def trace_anchor(number: str) -> str:
    """Anchor of a finding's trace."""
    return f"trace-{finding_anchor(number)}"


def gap_anchor(number: str) -> str:
    """Anchor of something not assessed."""
    return slug(f"gap-{number}")


def reference_anchor(reference_id: str) -> str:
    """Anchor of a reference."""
    return slug(f"ref-{reference_id}")


def measure_anchor(measure_id: str) -> str:
    """Anchor of a measure in the ladder."""
    return slug(f"measure-{measure_id}")


def stretch_anchor(index: int) -> str:
    """Anchor of a stretch in the table of chainage, counted from 0."""
    return f"stretch-{index}"


def place_anchor(index: int) -> str:
    """Anchor of the same stretch on the map."""
    return f"kp-{index}"
