"""What the bot says: menus, articles, facts, forms, wizards, timetables, and the rules that keep them right.

May import ``bot.i18n``. Knows no Telegram, no SQL, no settings.
"""
