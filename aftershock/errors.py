"""Everything that can go wrong, one class a cause, each carrying a sentence a reader can act on."""

from datetime import date


class AftershockError(Exception):
    """Base of all errors this package raises on purpose; `str(error)` is fit to be shown."""


class SnapshotError(AftershockError):
    """The bundled facts are missing, damaged or contradict each other."""


class PriceDataError(AftershockError):
    """A price table does not have the one shape that `PriceHistory` promises."""


class OutsideDataError(AftershockError):
    """A date lies before the first or after the last session of the prices; `nearest` is the nearer of the two."""

    def __init__(self, sentence: str, nearest: date) -> None:
        super().__init__(sentence)
        self.nearest = nearest


class NothingToAssessError(AftershockError):
    """No company is left to look at: none was chosen, or none has a price on both days."""


class EstimationOverlapError(AftershockError, ValueError):
    """An event window reaches into the window from which the normal return is estimated."""


class SourceError(AftershockError):
    """Prices could not be had from somewhere; what is shown instead is decided by who asked."""


class RefusedError(SourceError):
    """A source refuses to answer for a while (rate limit)."""


class UnreachableError(SourceError):
    """A source cannot be reached: no network, no such host, a connection cut."""


class TimedOutError(SourceError):
    """A source did not answer in time."""


class BadAnswerError(SourceError):
    """A source answered with something that is no price history."""


class UnknownSymbolError(SourceError):
    """A source knows no such symbol, or has no prices for it."""


class StoreError(SourceError):
    """The store of prices cannot be read or written."""


class OtherBasisError(StoreError):
    """New prices cannot stand beside the kept ones (another split basis, currency or source), only replace them."""
