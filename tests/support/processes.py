"""Child processes that never outlive the tests, even killed ones. Knows nothing of what they run."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send the signal when the parent dies; None where only Linux can."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, with_signal)

    return ask_kernel


def end(process: "subprocess.Popen[bytes]", with_signal: signal.Signals, patience: float = 10) -> int:
    """Send the signal, wait, and kill what is left of the process's own session; its exit status."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    kill_session(process)
    return process.wait()


def kill_session(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL the process and all its children; it must have been started with `start_new_session=True`."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
