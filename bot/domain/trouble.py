"""Trouble that no waiting mends: the bot cannot go on, and an operator has to act."""


class Trouble(Exception):
    """The base."""


class TokenRefused(Trouble):
    """Telegram does not know the token."""


class OtherPoller(Trouble):
    """Another program reads this bot's updates."""
