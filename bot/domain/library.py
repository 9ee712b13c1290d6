"""Library: the content as it stands at this moment. Facts may change while the bot runs."""

from collections.abc import Mapping

from bot.content.pack import Content
from bot.content.values import Fact


class Library:
    """Holds the present content; whoever shows something asks for it anew each time."""

    def __init__(self, pack: Content) -> None:
        self._pack = pack
        self.content = pack
        """The pack with the changes of staff."""

    def of_pack(self, fact_id: str) -> Fact | None:
        """The fact as it stands in the pack; None when there is none."""
        return self._pack.facts.get(fact_id)

    def change_facts(self, changes: Mapping[str, Fact]) -> None:
        """Lay the changed facts over the pack; facts not named stand as in the pack."""
        self.content = self._pack.with_facts(changes)
