"""A local server that speaks the part of Yahoo's protocol that yfinance uses, with faults to switch on."""

from tests.yahoo_stand_in.server import StandIn

__all__ = ["StandIn"]
