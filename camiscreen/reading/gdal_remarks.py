"""What GDAL says on the side while it reads: kept from the user, the errors handed out.

A module of its own, because a run that reads GeoJSON need not import logging.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class _Errors(logging.Handler):
    """Keeps what fiona logs as an error of GDAL, which it does not raise."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message in one line."""
        self.messages.append(" ".join(record.getMessage().split()))


@contextmanager
def quiet() -> Iterator[list[str]]:
    """GDAL's remarks on a file are not for the user; the errors among them are handed out."""
    logger, errors = logging.getLogger("fiona"), _Errors()
    level, propagate = logger.level, logger.propagate
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    logger.addHandler(errors)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield errors.messages
    finally:
        logger.removeHandler(errors)
        logger.setLevel(level)
        logger.propagate = propagate
