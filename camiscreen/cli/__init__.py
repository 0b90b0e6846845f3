"""The command line: the only place that prints, reads the clock or exits.

Ctrl-C before a command runs, while its modules are imported, ends in one line all the same: what
answers it is put in place by the first of them.
"""

import os
import sys
from types import TracebackType


def _unhandled(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """What nothing else caught: of Ctrl-C a line and 130, as shells have it; else as ever."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    sys.stderr.write("Interrupted; nothing was written.\n")
    sys.stderr.flush()
    os._exit(130)


sys.excepthook = _unhandled
