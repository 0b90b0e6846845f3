"""Runs one command and prints what it took, as JSON. Knows only what Python starts with.

A process inherits the peak memory of the one that started it, so whoever measures must be small:
usage is python -S -E launch.py COMMAND...
"""

import json
import os
import subprocess
import sys
import time


def main(command: list[str]) -> None:
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        cpu_s = peak_mb = float("nan")
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            cpu_s = usage.ru_utime + usage.ru_stime
            peak_mb = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
        code = process.wait()
    wall_s = time.perf_counter() - started
    print(json.dumps({"wall_s": wall_s, "cpu_s": cpu_s, "peak_mb": peak_mb, "code": code,
                      "said": said.decode(errors="replace")}))  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
