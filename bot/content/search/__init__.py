"""Which intents a visitor's words mean, in three scripts and Roman Urdu; ``docs/search.md`` tells how.

``finding`` is what the bot calls; ``training`` builds the model file that ships beside this text.
"""
