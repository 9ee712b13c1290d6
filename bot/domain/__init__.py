"""What the bot does: people, inquiries, delivery, announcements, and the ports they need.

May import ``bot.content`` and ``bot.i18n``. Knows no Telegram, no SQL, no settings.
"""
