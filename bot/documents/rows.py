"""Rows: an inquiry as the columns of ``bot.domain.exports.COLUMNS``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from bot.documents.cells import clean
from bot.documents.masking import masked
from bot.i18n.catalogues import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How an export is written."""

    zone: tzinfo
    """Of the House: moments are written in it."""
    tr: Translator
    """Of whoever reads the file."""
    masked: bool = False
    """Phone and document numbers are masked."""

    @property
    def words(self) -> Callable[[str], str]:
        """What is done to everything that people wrote."""
        return (lambda text: masked(clean(text))) if self.masked else clean
