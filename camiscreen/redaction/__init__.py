"""Coarsens what a screening says of sensitive receptors, before anything is drawn of it.

A pure function: a screening in, a screening out. The judgement stays as it was made on the exact
data; what would give a place away is widened to a stated grid or taken out. What is sensitive is
said by the layers: of a whole layer by its manifest, of one receptor by its attribute
``sensitive``.
"""

from camiscreen.redaction.work import is_marked, redacted

__all__ = ["is_marked", "redacted"]
