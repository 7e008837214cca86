"""Supervisor: runs several programs as one. All start together; when one ends, or a signal comes, all are stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

GRACE = 10.0
"""Seconds a program has to end by itself after SIGTERM."""

TICK = 0.1
"""Seconds between two looks at the programs."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def follow(parent: int, stop: int = signal.SIGTERM) -> Callable[[], None]:
    """A function for Popen's `preexec_fn`: the new process asks Linux for the signal `stop` when process `parent` dies.

    On other systems a `kill -9` of the supervisor leaves its programs running; every other end stops them.
    """

    def prepare() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, stop)
            if os.getppid() != parent:  # The parent died before prctl was called.
                os._exit(1)

    return prepare


class Supervisor:
    """Runs programs that start together, and stops all of them when one ends.

    Each has a session of its own: the terminal's Ctrl-C reaches the supervisor alone, and processes that a program
    leaves behind are killed by their group.
    """

    def __init__(self, commands: dict[str, list[str]], folder: Path) -> None:
        self.commands, self.folder = commands, folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.signals = 0

    def run(self, started: Callable[[], bool]) -> int:
        """Start all programs, wait until one ends or a signal comes, stop all, and return the exit status.

        The status is 0 after SIGINT, SIGTERM or SIGHUP; it is 1, with a line on standard error, if a program ended by
        itself. `started` is called every TICK seconds until it returns True.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)
        status, announced = 0, False
        try:
            for name, command in self.commands.items():
                self.running[name] = subprocess.Popen(  # noqa: S603  # nosec B603
                    command,
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    preexec_fn=follow(os.getpid()),  # noqa: PLW1509 - no other thread runs here
                )
            while not self.signals:
                announced = announced or started()
                if ended := self._ended():
                    print(f"octavo: {ended}; stopping the rest", file=sys.stderr)
                    status = 1
                    break
                time.sleep(TICK)
            else:
                print("Stopping: this takes a few seconds.", flush=True)
        finally:
            self._stop()
        return status

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1

    def _ended(self) -> str:
        for name, process in self.running.items():
            if (code := process.poll()) is not None:
                return f"the {name} ended with " + (f"signal {-code}" if code < 0 else f"status {code}")
        return ""

    def _stop(self) -> None:
        """Send SIGTERM to all programs, wait GRACE seconds or for a second signal, then kill what is left of each."""
        seen, deadline = self.signals, time.monotonic() + GRACE
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        while any(process.poll() is None for process in self.running.values()):
            if time.monotonic() > deadline or self.signals > seen:
                break
            time.sleep(TICK)
        for process in self.running.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
