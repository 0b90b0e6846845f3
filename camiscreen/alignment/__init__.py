"""One alignment out of many line parts: pure geometry, no files."""

from camiscreen.alignment.chains import Alignment, align

__all__ = ["Alignment", "align"]
