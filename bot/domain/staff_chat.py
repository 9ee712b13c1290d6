"""Staff chat: the group where staff work, and what is known of it at this moment."""

from bot.domain.marks import Marks
from bot.domain.neighbours import Alone, Neighbours

_MOVED = "staff chat"
"""News: Telegram gave it a new id."""


SETTLED = "staff chat"
"""The mark that names the chat to which everything that waits has been owed."""


class StaffChat:
    """The group where staff work. Telegram may give it a new id (supergroup); ``id`` is the present one."""

    def __init__(self, chat_id: int | None, *, marks: Marks, neighbours: Neighbours | None = None) -> None:
        self._configured = chat_id
        self._marks = marks
        self.id = chat_id
        """None: no staff chat is set."""
        self.has_topics = False
        """Whether each inquiry gets a forum topic of its own; learned from Telegram, changes at any time."""
        self._neighbours = neighbours or Alone()
        self._neighbours.hear(_MOVED, self._moved)

    async def load(self) -> None:
        """Read the id that the configured chat has moved to, if it has."""
        if self._configured is not None:
            moved = await self._marks.get(f"moved:{self._configured}")
            self.id = int(moved) if moved else self._configured

    async def move(self, new_id: int) -> None:
        """Telegram gave the chat a new id. It is the same chat: what it shows need not be shown again."""
        if self.id is not None:
            await self._marks.change(SETTLED, str(self.id), str(new_id))
        await self._marks.set(f"moved:{self._configured}", str(new_id))
        self.id = new_id
        self._neighbours.tell(_MOVED, new_id)

    def _moved(self, new_id: int) -> None:
        """Another process learned of it, and has noted it."""
        self.id = new_id

    async def is_at(self, chat_id: int) -> bool:
        """Whether this is the staff chat; for a group's unknown id another process may know of a move."""
        if chat_id < 0 and self.id is not None and chat_id != self.id:
            await self.load()
        return chat_id == self.id
