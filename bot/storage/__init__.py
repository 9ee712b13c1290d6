"""What the bot remembers: one adapter for each port of ``bot.domain``, on SQLite or PostgreSQL.

May import ``bot.domain`` and below. The only room that speaks SQL.
"""
