"""One event and every session of history: against PyPI's eventstudy, and statsmodels in a loop."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm

from aftershock.measures.event_study import event_study
from aftershock.measures.placebo import placebo
from benchmarks.timing import Rival, report

WINDOW = (0, 20)
OURS = "Aftershock: event_study, to CAR, exact error and t"
PLACEBO = "Aftershock: placebo"


def market_and_returns(companies: int, sessions: int) -> tuple[pd.DataFrame, pd.Series]:
    """Companies with betas between 0.5 and 2 and residuals of 2%, and their market."""
    random = np.random.default_rng(20250127)
    market = random.normal(0.0004, 0.01, sessions)
    betas, noise = random.uniform(0.5, 2, companies), random.normal(0, 0.02, (sessions, companies))
    index = pd.bdate_range("2000-01-03", periods=sessions)
    names = [f"S{k:04d}" for k in range(companies)]
    return pd.DataFrame(0.0001 + market[:, None] * betas + noise, index, names), pd.Series(market, index)


def run() -> None:
    """Prints both comparisons."""
    from eventstudy import Single

    for companies in (1, 500, 5000):
        returns, market = market_and_returns(companies, 400)
        event = returns.index[300]
        some = returns.columns[: min(companies, 500)]
        share = len(some) / companies
        Single._parameters["returns"] = {
            "date": returns.index.to_numpy().astype("datetime64[D]"),
            "market": market.to_numpy(),
            **{name: returns[name].to_numpy() for name in some},
        }
        Single._parameters["max_iteration"] = 4

        def package(names: pd.Index = some, day: pd.Timestamp = event) -> list[Single]:
            date = np.datetime64(day.date())
            options = {"event_window": WINDOW, "estimation_size": 250, "buffer_size": 10}
            return [Single.market_model(name, "market", date, **options) for name in names]

        agree(package(some[:1])[0], event_study(returns, market, event, window=WINDOW).companies.iloc[0])
        rivals = [
            Rival(OURS, lambda r=returns, m=market, e=event: event_study(r, m, e, window=WINDOW).t),
            Rival("  and the table, with p, quantile and Holm", lambda r=returns, m=market, e=event: (
                event_study(r, m, e, window=WINDOW).companies)),
            Rival("PyPI eventstudy: Single.market_model, a company each", package, share),
            Rival("statsmodels: OLS, a company each", lambda r=returns[some], m=market: ols(r, m, 300), share),
        ]  # fmt: skip
        if companies <= 500:
            rivals.insert(2, Rival("  and all nine tests of the basket", lambda r=returns, m=market, e=event: (
                event_study(r, m, e, window=WINDOW).tests)))  # fmt: skip
        report(f"Event study: {companies:,} companies, 250 sessions, window of 21", rivals, OURS)

    for companies in (40, 500):
        returns, market = market_and_returns(companies, 252 * 25)
        events = len(placebo(returns, market))
        one = Rival(
            "statsmodels: OLS, a company and session each", lambda r=returns, m=market: ols(r, m, 300), 1 / events
        )
        study = Rival("Aftershock: event_study, session by session", lambda r=returns, m=market: (
            [event_study(r, m, day).portfolio for day in r.index[300:320]]), 20 / events)  # fmt: skip
        rivals = [Rival(PLACEBO, lambda r=returns, m=market: placebo(r, m)), study, one]
        report(f"Placebo: {companies} companies, {events:,} sessions of 25 years", rivals, PLACEBO)


def ols(returns: pd.DataFrame, market: pd.Series, event: int) -> None:
    """The market model of every company with statsmodels: parameters, residual variance, abnormal returns."""
    window = slice(event - 260, event - 10)
    x = sm.add_constant(market.iloc[window].to_numpy())
    after = sm.add_constant(market.iloc[event : event + WINDOW[1] + 1].to_numpy())
    for name in returns.columns:
        fitted = sm.OLS(returns[name].iloc[window].to_numpy(), x).fit()
        _ = fitted.mse_resid, returns[name].iloc[event : event + WINDOW[1] + 1].to_numpy() - fitted.predict(after)


def agree(theirs: object, ours: pd.Series) -> None:
    """Both must find the same cumulative abnormal return, or there is nothing to compare."""
    assert abs(theirs.CAR[-1] - ours["car"]) < 1e-10
