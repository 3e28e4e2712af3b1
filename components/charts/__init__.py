"""Figures: pure functions from measured data to Plotly, one module a page."""
