"""Walking a wizard: the options chosen so far lead to a question or an outcome (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.content.schema import Node, Option, Outcome, Wizard


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question and what was chosen."""

    node: Node
    option: Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far somebody has come."""

    answers: tuple[Answer, ...]
    """In order; shorter than asked for when the pack has changed and an option is gone."""
    at: Node | Outcome
    """The next question, or the end."""

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the options chosen: what a button carries."""
        return tuple(answer.option.id for answer in self.answers)


def walk(wizard: Wizard, path: Sequence[str]) -> Walk:
    """Follow the ids of options from the start; stops at the first that does not exist."""
    nodes = {node.id: node for node in wizard.nodes}
    outcomes = {outcome.id: outcome for outcome in wizard.outcomes}
    answers: list[Answer] = []
    at: Node | Outcome = nodes[wizard.start]
    for chosen in path:
        option = next((option for option in getattr(at, "options", ()) if option.id == chosen), None)
        if option is None or not isinstance(at, Node):
            break
        answers.append(Answer(node=at, option=option))
        at = nodes.get(option.next) or outcomes[option.next]
    return Walk(answers=tuple(answers), at=at)


def questions_left(wizard: Wizard, at: Node | Outcome) -> tuple[int, int]:
    """Return the least and the greatest number of questions still to come, ``at`` included."""
    if isinstance(at, Outcome):
        return 0, 0
    lengths = {len(path) for path in _paths_from(wizard, at)}
    return min(lengths), max(lengths)


def paths(wizard: Wizard) -> Iterator[tuple[str, ...]]:
    """Yield every path of option ids from the start to an outcome; the wizard has no circles."""
    yield from _paths_from(wizard, next(node for node in wizard.nodes if node.id == wizard.start))


def _paths_from(wizard: Wizard, node: Node) -> Iterator[tuple[str, ...]]:
    nodes = {node.id: node for node in wizard.nodes}
    for option in node.options:
        if option.next in nodes:
            yield from ((option.id, *rest) for rest in _paths_from(wizard, nodes[option.next]))
        else:
            yield (option.id,)
