"""How the bot starts: settings, wiring, processes, command line.

The only room that sees all others; nothing imports it but ``bot.__main__``.
"""
