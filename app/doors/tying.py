"""What a server is tied to: the parent that holds its door, and the terminal from which it was started."""

import ctypes
import os
import signal

SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


def tie(parent: int) -> bool:
    """Have this thread's process killed when that parent ends, however it does; False where it has ended already."""
    ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL)
    return os.getppid() == parent


class Terminal:
    """The terminal from which this process was started, if it was."""

    def __init__(self) -> None:
        self.files = [file for file in range(3) if os.isatty(file)]

    def is_gone(self) -> bool:
        """Whether it was there and is no more: a SIGHUP then says that nobody looks, and asks for no restart."""
        return bool(self.files) and not any(os.isatty(file) for file in self.files)
