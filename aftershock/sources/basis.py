"""Whether two price histories of one symbol stand on the same basis, and by what factor if not."""

from __future__ import annotations

import numpy as np
import pandas as pd

AGREE = 1e-3  # relative: what two vendors' rounding of one close may differ by
FEWEST = 3  # common closes that prove anything


def basis_factor(old: pd.Series, new: pd.Series) -> float | None:
    """The constant by which `new` has to be multiplied to stand on the basis of `old`.

    Args:
        old, new: prices of one symbol by session; missing ones are left out.

    Returns:
        1.0 where they agree on their common sessions (to `AGREE`); another factor where all differ by the same one, as
        after a split that only one of them knows (2.0: `new` is half of `old`); None where they do not agree on any, or
        have fewer than `FEWEST` sessions in common. A single session that is off does not decide: the median does, and
        nine in ten have to follow it.
    """
    both = pd.concat([old, new], axis=1, join="inner").dropna()
    if len(both) < FEWEST:
        return None
    ratios = both.iloc[:, 0].to_numpy(float) / both.iloc[:, 1].to_numpy(float)
    factor = float(np.median(ratios))
    if (np.abs(ratios / factor - 1) > AGREE).mean() > 0.1:
        return None
    return 1.0 if abs(factor - 1) <= AGREE else factor
