"""States of staff at their desk, in the staff chat or in a private chat."""

NOTE = "note"
"""The next message is an internal note on the inquiry ``code``."""
ANSWER = "answer"
"""The next message answers the inquiry ``code``."""
