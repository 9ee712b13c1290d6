"""Fixtures: a House that is not running yet."""

from tests.e2e.conftest import closed_house

__all__ = ["closed_house"]
