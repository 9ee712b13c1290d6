"""A pretend Telegram over HTTP, to try and to test the bot without a token.

World (people, chats, messages), the Bot API served from it, faults and limits on demand, control for tests.
May import: the standard library and aiohttp. Knows nothing of the bot's other rooms, nor of aiogram.
"""
