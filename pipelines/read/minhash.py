"""MinHash signatures: of each of many random permutations of all hashes, the least that a set's members have.

Broder (1997). The permutations are affine, h -> a h + b modulo 2**32 with an odd a, of SHA-1 mixed by MurmurHash3's
finalizer. They are bit for bit those of datasketch 2 (MinHash(seed=1)), which made the bands of the first databases.
datasketch itself is not used, because it imports SciPy, which costs every run a second of CPU.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha1

import numpy as np
from numpy.typing import NDArray

SEED = 1


def signature(members: Iterable[bytes], permutations: int) -> NDArray[np.uint32]:
    """Least hash of the members (at least one) under each permutation: an array of `permutations` 32-bit numbers."""
    hashes = np.frombuffer(b"".join([sha1(member).digest()[:4] for member in members]), "<u4")
    hashes = (hashes ^ (hashes >> 16)) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> 13)) * np.uint32(0xC2B2AE35)
    hashes = hashes ^ (hashes >> 16)
    factors, summands = _permutations(permutations)
    return (hashes[:, np.newaxis] * factors + summands).min(axis=0)


@cache
def _permutations(number: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    generator = np.random.RandomState(SEED)
    factors = generator.randint(0, 1 << 31, number, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, generator.randint(0, 1 << 32, number, dtype=np.uint32)
