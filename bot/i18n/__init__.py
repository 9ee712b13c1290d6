"""Which language: choosing one, texts and house formats in it, and the direction it runs.

Imports the standard library and Babel, and no other room.
"""
