"""Every refusal a person can meet, as a tree; ``bot.telegram.views`` turns each leaf into words.

Refusal
├── NotFound
│   ├── InquiryNotFound
│   ├── PersonNotFound
│   ├── NoSuchFact
│   └── BroadcastNotFound
├── Forbidden
│   ├── NotAllowed          the role lacks a right
│   ├── NotYours            somebody else's inquiry
│   └── OwnAnnouncement     a second person has to approve it
├── Conflict
│   ├── Changed             another process changed it first: load again and decide anew
│   ├── CodeTaken           a new code met an old one: draw another
│   ├── AlreadyClaimed
│   ├── AnsweredMeanwhile   somebody's answer came before this one was confirmed
│   ├── InquiryClosed
│   ├── InquiryErased       its words were erased at the person's request
│   ├── LastOwner
│   ├── ProtectedOwner      named in the settings, not in the chat
│   ├── HasRole             nobody with a role can be banned
│   ├── WrongState          an announcement cannot do that now
│   ├── NobodyToReach       an announcement without an audience
│   ├── NothingWritten      an announcement without words
│   ├── MixedAlbum          kinds that cannot stand in one album
│   ├── OnlyWords           a correction that brings other files
│   ├── NoWords             copies that have no words to correct
│   └── InThePast           a start that has passed
└── TooMuch
    ├── TooManyOpen
    ├── TooManyFiles
    └── TooLong
"""

from bot.domain.rights import Right


class Refusal(Exception):
    """The base: an expected refusal, never a fault of the program."""


class NotFound(Refusal):
    """What was named does not exist (any more)."""


class InquiryNotFound(NotFound):
    """No inquiry has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no inquiry {code}")
        self.code = code


class PersonNotFound(NotFound):
    """Nobody with this id has met the bot."""

    def __init__(self, person_id: int) -> None:
        super().__init__(f"no person {person_id}")
        self.person_id = person_id


class NoSuchFact(NotFound):
    """The content has no fact with this id, or nothing of it was changed."""

    def __init__(self, fact_id: str) -> None:
        super().__init__(f"no fact {fact_id}")
        self.fact_id = fact_id


class BroadcastNotFound(NotFound):
    """No announcement has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"no announcement {number}")
        self.number = number


class Forbidden(Refusal):
    """The actor may not do this."""


class NotAllowed(Forbidden):
    """The actor's role lacks a right."""

    def __init__(self, right: Right) -> None:
        super().__init__(f"needs the right {right.value}")
        self.right = right


class NotYours(Forbidden):
    """The inquiry belongs to somebody else; told to the actor as if it did not exist."""


class OwnAnnouncement(Forbidden):
    """Who wrote an announcement cannot be the one who approves it."""


class Conflict(Refusal):
    """The state does not allow this now."""


class Changed(Conflict):
    """The stored version is newer than the one the change was made from."""


class CodeTaken(Conflict):
    """A freshly drawn code already names an inquiry."""


class AlreadyClaimed(Conflict):
    """Somebody else has this inquiry."""

    def __init__(self, by: str) -> None:
        super().__init__(f"claimed by {by}")
        self.by = by


class AnsweredMeanwhile(Conflict):
    """Somebody has answered since the writer of this answer looked: it was not sent."""

    def __init__(self, by: str) -> None:
        super().__init__(f"answered by {by}")
        self.by = by


class InquiryClosed(Conflict):
    """The inquiry is closed and has to be reopened first."""


class InquiryErased(Conflict):
    """The inquiry was erased at the person's request: nothing can be sent or kept any more."""


class LastOwner(Conflict):
    """The house must keep one owner."""


class ProtectedOwner(Conflict):
    """Owners named in the settings cannot be changed in the chat."""


class HasRole(Conflict):
    """Who has a role cannot be banned: it has to be taken first."""


class WrongState(Conflict):
    """The announcement's state does not allow this step."""

    def __init__(self, state: str) -> None:
        super().__init__(f"not possible while {state}")
        self.state = state


class NobodyToReach(Conflict):
    """Nobody belongs to the announcement's audience."""


class NothingWritten(Conflict):
    """The announcement has no words and no attachments."""


class MixedAlbum(Conflict):
    """Telegram does not take these kinds, or so many things, as one album."""


class OnlyWords(Conflict):
    """Copies keep their files: a correction changes words only."""


class NoWords(Conflict):
    """Copies of this kind (a place, a contact, a sticker) have no words that could be corrected."""


class InThePast(Conflict):
    """The start of the announcement has passed already."""


class TooMuch(Refusal):
    """A limit was reached."""


class TooManyOpen(TooMuch):
    """The visitor already has as many open inquiries as allowed."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} open inquiries")
        self.limit = limit


class TooManyFiles(TooMuch):
    """A question carries as many files as it can."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} files")
        self.limit = limit


class TooLong(TooMuch):
    """The text is longer than allowed."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} characters")
        self.limit = limit
