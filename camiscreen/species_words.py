"""What is said of a species in the same words wherever it is said.

This module's one job: figures of a profile as text; sources and marks are the caller's.
"""

from camiscreen.i18n import Translator
from camiscreen.model import Population


def population_words(population: Population, tr: Translator) -> str:
    """The estimate with its bounds and year; empty where no figure was read."""
    if population.estimate is None:
        return ""
    said = tr.number(population.estimate)
    low, high = population.low, population.high
    if low is not None and high is not None:
        said += " " + tr.t("page.between", low=tr.number(low), high=tr.number(high))
    elif low is not None:
        said += " " + tr.t("page.at_least", low=tr.number(low))
    elif high is not None:
        said += " " + tr.t("page.at_most", high=tr.number(high))
    return f"{said}, {population.year or tr.t('page.year_not_read')}"
