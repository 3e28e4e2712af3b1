"""Aftershock: what one session did to a group of shares, and what came after.

The engine behind the dashboard. It knows neither Streamlit nor Plotly, so the same numbers can be had in a
notebook or a script:

    >>> from aftershock.sources.join import load
    >>> from aftershock.impact import assess
    >>> impact = assess(*load(), "2025-01-27", ["NVDA", "AVGO"])
    >>> round(float(impact.table.loc["NVDA", "lost"]) / 1e9, 1)
    592.7
"""
