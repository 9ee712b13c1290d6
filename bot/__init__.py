"""The Kazakhstan House bot: ``ls bot/`` is its table of contents."""
