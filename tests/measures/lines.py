"""Made-up series, and how their measures are compared."""

import math

import pandas as pd
import pytest


def days(n):
    return pd.date_range("2025-01-01", periods=n, freq="B")


def line(values):
    return pd.Series(values, days(len(values)), dtype=float)


def same(found, wanted):
    return (math.isnan(found) and math.isnan(wanted)) or found == pytest.approx(wanted, rel=1e-12, abs=1e-12)
