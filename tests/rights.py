"""Rights as most people have them, for tests that may run as root."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

# From Linux's capability.h, prctl.h and securebits.h.
_VERSION = 0x20080522
_OVERRIDE_RIGHTS = 1 << 1 | 1 << 2
_SET_SECURE_BITS = 28
_ROOT_IS_NOBODY_SPECIAL = 1


@contextmanager
def ordinary_rights() -> Iterator[None]:
    """Let folders be closed to root too: to this thread, and what it starts meanwhile."""
    if os.name == "nt":
        pytest.skip("Windows closes folders otherwise")
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root may do everything here")
    system = ctypes.CDLL(None)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    before = (ctypes.c_uint32 * 6)()
    assert system.capget(header, before) == 0
    fewer = (ctypes.c_uint32 * 6)(before[0] & ~_OVERRIDE_RIGHTS, *before[1:])
    assert system.capset(header, fewer) == 0
    assert system.prctl(_SET_SECURE_BITS, _ROOT_IS_NOBODY_SPECIAL, 0, 0, 0) == 0
    try:
        yield
    finally:
        assert system.prctl(_SET_SECURE_BITS, 0, 0, 0, 0) == 0
        assert system.capset(header, before) == 0
