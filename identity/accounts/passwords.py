"""Password hashes: argon2id with OWASP's parameters, made in a few threads of low priority.

Hashing never happens while a transaction is open, and never on a thread that serves anything else: a storm of
logins leaves the rest of the server as quick as when idle.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from identity.accounts import password_policy
from identity.foundation.settings import Settings

# OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
LOW_PRIORITY = 10

NOBODYS = "$argon2id$v=19$m={0.memory_cost},t={0.time_cost},p={0.parallelism}${1}${2}".format(
    _HASHER, "A" * 22, "A" * 43
)
"""A hash that no password has: checked where there is no account, so that it takes as long."""


def hash(settings: Settings, password: str) -> str:
    """The hash to store. Takes some 25 ms of a core."""
    return _threads(settings).submit(_HASHER.hash, password_policy.normalize(password)).result()


def verify(settings: Settings, stored: str | None, password: str) -> bool:
    """Is this the password? None stands for an account that does not exist, and takes as long."""
    return _threads(settings).submit(_verify, stored or NOBODYS, password_policy.normalize(password)).result()


def is_outdated(stored: str) -> bool:
    """Was it made with other parameters than today's?"""
    return _HASHER.check_needs_rehash(stored)


def thread_count(settings: Settings) -> int:
    """How many hashes run at once."""
    return settings.hashing_threads or os.cpu_count() or 1


def _verify(stored: str, password: str) -> bool:
    # An overlong password is no account's, nor one with half a surrogate pair; hashing takes the same time.
    shortened = password[: password_policy.MAX_LENGTH + 1].encode("utf-8", "surrogatepass")
    try:
        return _HASHER.verify(stored, shortened)
    except (VerificationError, InvalidHashError):
        return False


def _threads(settings: Settings) -> ThreadPoolExecutor:
    return _pool(thread_count(settings))


@lru_cache(maxsize=4)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, "hashing", initializer=_lower_priority)


def _lower_priority() -> None:
    # On Linux priority belongs to the thread; elsewhere it would slow the whole process, so it stays.
    if os.uname().sysname == "Linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)
