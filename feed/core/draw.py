"""Random draws that depend on what they are for, and on nothing else.

Every draw is keyed: by the seed of the scenario and by names.  So it does not change with the order
in which things are asked for, with a filter, a seek, or an event that is added elsewhere.
"""

import hashlib
import math
from statistics import NormalDist

__all__ = ["normal", "poisson", "uniform"]

_STANDARD = NormalDist()
_SCALE = 2.0**-53
_MANY = 500.0
"""Above this mean a Poisson number is drawn as the normal one that it is close to."""


def uniform(seed: int, *key: object) -> float:
    """Return a number in [0, 1) that belongs to this seed and key."""
    text = "\x1f".join((str(seed), *map(str, key)))
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) * _SCALE


def normal(seed: int, *key: object) -> float:
    """Return a standard normal deviate that belongs to this seed and key."""
    # Zero has no deviate.  To add half a step to all would not do: the largest would become one.
    return _STANDARD.inv_cdf(uniform(seed, *key) or _SCALE / 2)


def poisson(mean: float, seed: int, *key: object) -> int:
    """Return a Poisson number with this mean that belongs to this seed and key."""
    if mean > _MANY:
        return max(0, round(mean + math.sqrt(mean) * normal(seed, *key)))
    left, number = uniform(seed, *key), 0
    chance = math.exp(-mean)
    while left >= chance > 0:
        left -= chance
        number += 1
        chance *= mean / number
    return number
