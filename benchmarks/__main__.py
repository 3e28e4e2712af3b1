"""Runs every comparison and prints the ratios, with the versions that were measured."""

from __future__ import annotations

import os
import platform
import warnings
from importlib.metadata import version

PACKAGES = (
    "numpy", "pandas", "scipy", "vectorbt", "numba", "ffn", "quantstats", "pyfolio-reloaded", "eventstudy",
    "statsmodels",
)  # fmt: skip


def main() -> None:
    """Prints what is compared on what, then the comparisons."""
    warnings.simplefilter("ignore")  # the rivals' own
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from benchmarks import drawdowns, event_studies

    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    print(", ".join(f"{package} {version(package)}" for package in PACKAGES))
    drawdowns.run()
    event_studies.run()


if __name__ == "__main__":
    main()
