"""Whether two histories of one symbol stand on one split basis."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.sources.basis import basis_factor

NAN = np.nan


def closes(*values, start="2025-01-21"):
    return pd.Series(values, pd.bdate_range(start, periods=len(values)), dtype=float)


def test_the_same_prices_stand_on_the_same_basis():
    assert basis_factor(closes(140.83, 147.07, 147.22, 142.62), closes(140.83, 147.07, 147.22, 142.62)) == 1.0


def test_another_rounding_is_no_other_basis():
    assert basis_factor(closes(140.83, 147.07, 147.22), closes(140.8300018, 147.0699921, 147.22)) == 1.0


@pytest.mark.parametrize("ratio", [2, 10, 0.125, 1.5])
def test_a_split_that_only_the_new_one_knows_gives_its_ratio(ratio):
    old = closes(1208.88, 1196.50, 1224.40, 1210.00)
    assert basis_factor(old, old / ratio) == pytest.approx(ratio)


def test_only_the_common_sessions_decide():
    old = closes(100, 102, 104, 106, 108)
    new = closes(52, 53, 54, 70, start="2025-01-23")  # 104, 106, 108, then a session the old one lacks
    assert basis_factor(old, new) == pytest.approx(2)


def test_prices_that_differ_by_no_one_factor_do_not_agree():
    assert basis_factor(closes(100, 102, 104, 106), closes(100, 51, 208, 53)) is None


def test_a_split_in_the_middle_of_the_new_prices_is_no_one_factor():
    assert basis_factor(closes(100, 100, 100, 100, 100, 100), closes(100, 100, 100, 50, 50, 50)) is None


def test_one_wrong_close_in_many_does_not_decide():
    old = closes(*range(100, 120))
    new = old.copy()
    new.iloc[7] *= 100
    assert basis_factor(old, new) == 1.0


@pytest.mark.parametrize(
    "new", [closes(), closes(100, 102), closes(NAN, NAN, 104, 106), closes(100, 102, 104, start="2024-01-02")]
)
def test_too_few_common_closes_prove_nothing(new):
    assert basis_factor(closes(100, 102, 104, 106), new) is None


@given(st.lists(st.floats(0.01, 1e5), min_size=3, max_size=30), st.floats(0.01, 100))
def test_any_constant_factor_is_found(values, ratio):
    old = closes(*values)
    found = basis_factor(old, old / ratio)
    assert found == pytest.approx(ratio, rel=2e-3)
