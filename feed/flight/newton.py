"""Newton's method for a few equations at once, where the derivatives are measured."""

from collections.abc import Callable

import numpy as np

from feed.flight.earth import Array

__all__ = ["solve"]


def solve(
    residual: Callable[[Array], Array | None], guess: Array, steps: Array, tolerance: Array
) -> Array | None:
    """Return where a residual vanishes, or None when no way there was found.

    ``residual`` gives as many numbers as it takes, or None where it has no answer; ``steps`` are
    the displacements for measuring derivatives; ``tolerance`` is how close to 0 each must come.
    """
    here, error = guess, residual(guess)
    if error is None:
        return None
    for _ in range(60):
        if np.all(np.abs(error) <= tolerance):
            return here
        slopes = np.empty((here.size, here.size))
        for number in range(here.size):
            moved = here.copy()
            moved[number] += steps[number]
            change = residual(moved)
            if change is None:
                return None
            slopes[:, number] = (change - error) / steps[number]
        try:
            step = np.linalg.solve(slopes, -error)
        except np.linalg.LinAlgError:
            return None
        size = float(np.linalg.norm(error))
        for halving in range(12):
            trial = here + step * 0.5**halving
            trial_error = residual(trial)
            if trial_error is not None and float(np.linalg.norm(trial_error)) < size:
                here, error = trial, trial_error
                break
        else:
            return None
    return None
