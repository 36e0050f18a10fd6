"""Run a program that ends with its parent: `python -I -S tied.py PARENT PROGRAM ARGUMENTS...`.

It ties itself to its parent, leaves the group of processes that a terminal tells to end, and becomes the program. A
child of its own instead of code between fork and exec in the parent, where other threads may hold any lock.
"""

import ctypes
import os
import signal
import sys

SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>

if __name__ == "__main__":
    ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):  # it died before we were tied to it
        sys.exit(1)
    os.setpgrp()  # Ctrl-C on a terminal is for the parent, which ends this as the last
    os.execv(sys.argv[2], sys.argv[2:])
