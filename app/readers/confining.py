"""What a process that reads files may still do: nothing but read them, compute and answer.

Several locks, each of which holds alone where the system has it: limits of memory, time and files (always), no network
of its own (namespaces), no file but the libraries (Landlock), no connection, process or other program (seccomp).
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 4, 38, 22
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
FILTER = 2
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000  # the second with EPERM
OPEN_FILES = 64
# The names of x86-64 and arm64, and the number of each call that is refused; None where there is none.
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
REFUSED: dict[str, tuple[int | None, int | None]] = {
    # other processes and programs
    "clone": (56, 220), "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "clone3": (435, 435),
    "execveat": (322, 281), "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "ptrace": (101, 117),
    "rt_sigqueueinfo": (129, 138), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "prlimit64": (302, 261), "setpriority": (141, 140), "kcmp": (312, 272),
    # connections and what is shared with others
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206),
    "sendmsg": (46, 211), "sendmmsg": (307, 269), "bind": (49, 200), "listen": (50, 201), "socketpair": (53, 199),
    "shmget": (29, 194), "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    # files: none is made, changed or found by another way
    "truncate": (76, 45), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276), "mkdir": (83, None),
    "mkdirat": (258, 34), "rmdir": (84, None), "creat": (85, None), "link": (86, None), "linkat": (265, 37),
    "unlink": (87, None), "unlinkat": (263, 35), "symlink": (88, None), "symlinkat": (266, 36),
    "mknod": (133, None), "mknodat": (259, 33), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "open_by_handle_at": (304, 265),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    # the system
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "swapon": (167, 224), "reboot": (169, 142), "init_module": (175, 105),
    "finit_module": (313, 273), "kexec_load": (246, 104), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "io_setup": (206, 0), "io_uring_setup": (425, 425), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsmount": (432, 432), "mount_setattr": (442, 442), "personality": (135, 92),
    "sethostname": (170, 161), "settimeofday": (164, 170), "clock_settime": (227, 112), "acct": (163, 89),
    "quotactl": (179, 60), "syslog": (103, 116), "iopl": (172, None), "ioperm": (173, None),
    "modify_ldt": (154, None),
}  # fmt: skip
# Landlock: https://docs.kernel.org/userspace-api/landlock.html. The rights over files by its version, and two of them.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
READ_FILE, READ_DIR = 1 << 2, 1 << 3
BELOW_PATH = 1
ALL_OF_NET, ALL_SCOPES = 3, 3


class Instruction(ctypes.Structure):
    """One instruction of a classic BPF filter."""

    _fields_ = [("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class Program(ctypes.Structure):
    """A filter as prctl takes it."""

    _fields_ = [("length", ctypes.c_uint16), ("filter", ctypes.POINTER(Instruction))]


libc = ctypes.CDLL(None, use_errno=True)


def leave_network() -> bool:
    """Go where there is no network; False where the system does not let anybody do so."""
    return bool(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0)


def confine(seconds: float, memory: int, parent: int) -> list[str]:
    """Take these limits (seconds of a core, bytes of memory) for good, and die with the parent; the locks that hold."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The parent ended first.")
    core = max(1, round(seconds))
    limits = (
        (resource.RLIMIT_CPU, core),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for which, most in limits:
        allowed = resource.getrlimit(which)[1]
        most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(which, (most, most))
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    held = {"limits": True, "files": fence(libraries()), "calls": refuse()}
    return [name for name, holds in held.items() if holds]


def libraries() -> list[Path]:
    """Where Python and its libraries lie: the only files that may be opened."""
    own = Path(__file__).resolve().parent
    house = own.parent.parent
    places = {Path(place) for place in sys.path if place and Path(place).resolve() != house}
    if getattr(sys, "frozen", False):
        places.add(Path(sys.executable).parent)  # where the modules lie
    places |= {Path("/usr/lib"), Path("/lib"), Path("/lib64"), Path("/etc/ld.so.cache"), Path(sys.base_prefix, "lib")}
    return [place for place in [own, *places] if place.exists()]


def fence(places: list[Path]) -> bool:
    """Open nothing but what lies below these places, and that for reading; False where the kernel has no Landlock."""
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    files = (1 << RIGHTS[min(version, 5)]) - 1
    fields = [files] + [ALL_OF_NET] * (version >= 4) + [ALL_SCOPES] * (version >= 6)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    rules = libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if rules < 0:
        return False
    for place in places:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
        rights = READ_FILE | READ_DIR if place.is_dir() else READ_FILE
        libc.syscall(ADD_RULE, rules, BELOW_PATH, struct.pack("=Qi", rights, opened), 0)
        os.close(opened)
    held = libc.syscall(RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return bool(held)


def refuse() -> bool:
    """Have the kernel refuse the calls of REFUSED from now on; False where this is neither x86-64 nor arm64."""
    known = ARCHITECTURES.get(platform.machine())
    if known is None or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    audit, which = known
    numbers = sorted({number for pair in REFUSED.values() if (number := pair[which]) is not None})
    load, equal, greater, answer = 0x20, 0x15, 0x35, 0x06
    steps = [(load, 0, 0, 4), (equal, 1, 0, audit), (answer, 0, 0, KILL), (load, 0, 0, 0)]
    if which == 0:  # the numbers of x32 are others for the same calls
        steps += [(greater, 0, 1, 0x40000000), (answer, 0, 0, KILL)]
    for number in numbers:
        steps += [(equal, 0, 1, number), (answer, 0, 0, REFUSE)]
    steps.append((answer, 0, 0, ALLOW))
    instructions = (Instruction * len(steps))(*(Instruction(*step) for step in steps))
    program = Program(len(steps), ctypes.cast(instructions, ctypes.POINTER(Instruction)))
    return bool(libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0) == 0)
