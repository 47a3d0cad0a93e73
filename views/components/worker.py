"""Projections are computed by a process of its own, `cli.py refit`: a fit inside a page would hold up every reader."""

from __future__ import annotations

import datetime as dt
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

CLI = Path(__file__).parents[2] / "cli.py"
#: How `cli.py` begins the one line of an error that a user can put right.
ERROR_MARK = "错误："
BROKEN = "测算程序意外中止。请稍后重新测算；若仍如此，请联系管理员查看运行日志。"
LOG = logging.getLogger(__name__)


class Worker:
    """A running or finished computation of the projections of one day.

    Parameters
    ----------
    url : str
        Of the database.
    as_of : datetime.date or None
        The day whose knowledge is projected; None = all that is known.
    has_purges : bool
        Whether future purges are drawn.
    """

    def __init__(self, url: str, as_of: dt.date | None, *, has_purges: bool = False) -> None:
        self._begun = time.monotonic()
        self._lines: list[str] = []
        self._process = subprocess.Popen(
            [
                *(sys.executable, str(CLI), "refit"),
                *(["--as-of", as_of.isoformat()] if as_of else []),
                *(["--purges"] if has_purges else []),
            ],
            cwd=CLI.parent,
            env={**os.environ, "BEIZENG_DB": url, "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def is_running(self) -> bool:
        """Whether it is still computing."""
        return self._listener.is_alive()

    @property
    def seconds(self) -> int:
        """Whole seconds since it began."""
        return int(time.monotonic() - self._begun)

    @property
    def progress(self) -> str:
        """What it last said of its progress, in Chinese; empty before its first word."""
        return next((line for line in reversed(self._lines) if line.startswith("正在")), "")

    @property
    def error(self) -> str:
        """One Chinese line saying why it failed; empty while it runs, or if it did not fail."""
        if self.is_running or self._process.returncode == 0:
            return ""
        said = next((line for line in reversed(self._lines) if line.startswith(ERROR_MARK)), "")
        return said.removeprefix(ERROR_MARK) or BROKEN

    def _listen(self) -> None:
        with self._process as process:
            for line in process.stderr or ():
                self._lines.append(line.rstrip())
        if process.returncode:
            LOG.error("refit ended with code %s:\n%s", process.returncode, "\n".join(self._lines))
