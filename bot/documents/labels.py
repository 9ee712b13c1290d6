"""Labels: what columns, sections and states are called in the reader's language."""

from bot.content.sections import Section
from bot.domain.inquiries import Author, Status
from bot.i18n.catalogues import mark
from bot.i18n.languages import Language

SECTIONS: dict[str, str] = {
    Section.VISA: mark("Visas"),
    Section.TOURISM: mark("Tourism"),
    Section.CULTURE: mark("Culture"),
    Section.EDUCATION: mark("Education"),
    Section.TRADE: mark("Trade"),
    Section.INVESTMENT: mark("Investment"),
    Section.FLIGHTS: mark("Flights"),
    Section.CONTACTS: mark("Kazakhstan House"),
}
STATUSES: dict[str, str] = {
    Status.RECEIVED: mark("New"),
    Status.SEEN: mark("Seen"),
    Status.ANSWERED: mark("Answered"),
    Status.CLOSED: mark("Closed"),
}
LANGUAGES: dict[str, str] = {
    Language.EN: mark("English"),
    Language.KK: mark("Kazakh"),
    Language.UR: mark("Urdu"),
}
AUTHORS: dict[str, str] = {
    Author.VISITOR: mark("Visitor"),
    Author.STAFF: mark("Staff"),
    Author.NOTE: mark("Internal note"),
}
CLOSE_REASONS: dict[str, str] = {
    "answered": mark("answered"),
    "visitor": mark("closed by the visitor"),
    "duplicate": mark("asked twice"),
    "offtopic": mark("not our subject"),
    "noanswer": mark("the visitor does not answer"),
}
"""Reasons that a button gives; others are in somebody's own words."""
COLUMN_NOTES: dict[str, str] = {
    "code": mark("Reference number"),
    "text": mark("The visitor’s question, word for word"),
    "added": mark("What the visitor wrote later"),
    "section": mark("Section"),
    "status": mark("Status"),
    "language": mark("The visitor’s language"),
    "name": mark("The visitor’s name"),
    "username": mark("Telegram name"),
    "person_id": mark("Telegram number of the person"),
    "created": mark("When it was asked"),
    "seen": mark("When staff saw it"),
    "answered": mark("When it was first answered"),
    "closed": mark("When it was closed"),
    "claimed_by": mark("Who has taken it"),
    "form": mark("Form"),
    "answers": mark("Answers of the form"),
    "attachments": mark("What was attached"),
    "messages": mark("How many messages the conversation has"),
    "last_reply": mark("The last reply of staff"),
    "rating": mark("Rating, 1 to 5"),
    "comment": mark("Comment to the rating"),
    "close_reason": mark("Why it was closed"),
    "reply": mark("Write your reply here, then send this file to the bot."),
    "close": mark("Write why the inquiry is closed, e.g. answered; leave it empty to keep it open."),
    "number": mark("Place in the conversation"),
    "time": mark("Time"),
    "author": mark("Who wrote"),
    "edited": mark("When it was changed"),
    "withdrawn": mark("When it was taken back"),
}
"""What each column holds; shown as a note on its heading."""
