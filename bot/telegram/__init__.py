"""How the bot talks: aiogram lives here and nowhere else (``bot.app`` only builds it).

May import ``bot.domain``, ``bot.content`` and ``bot.i18n``.
"""
