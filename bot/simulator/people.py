"""Who lives in the pretend Telegram: people, the bot's account, and the cast that stands there by default."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

BOT_ID = 700_000_001
STAFF_GROUP_ID = -1_001_000_000_001
DEFAULT_TOKEN = f"{BOT_ID}:SIMULATOR-token-that-opens-nothing-000"


class ActionRefusedError(ValueError):
    """What a person cannot do in Telegram's apps, such as tapping a button that is not there."""


@dataclass(slots=True, kw_only=True)
class Person:
    """One account. `language_code` is the phone's, as Telegram passes it to bots; `phone` is in E.164."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    phone: str = ""
    is_deactivated: bool = False

    def view(self) -> Json:
        """Return the Bot API's User."""
        shown: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        for key in ("last_name", "username", "language_code"):
            if value := getattr(self, key):
                shown[key] = value
        return shown

    def card(self) -> Json:
        """Return all that is known of the person, for the chat page and for tests."""
        return self.view() | {"phone": self.phone, "is_deactivated": self.is_deactivated}


@dataclass(slots=True, kw_only=True)
class BotAccount:
    """The bot's own account; with `privacy_mode` it sees only what is meant for it in groups (Bots FAQ)."""

    id: int = BOT_ID
    first_name: str = "Kazakhstan House (test)"
    username: str = "KazakhstanHouseTestBot"
    token: str = DEFAULT_TOKEN
    privacy_mode: bool = True

    def view(self) -> Json:
        """Return the Bot API's User."""
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def me(self) -> Json:
        """Return the result of getMe."""
        return self.view() | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy_mode,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }


VISITORS = (1001, 1002, 1003)
STAFF = (2001, 2002)
ADMIN = 3001


def default_cast() -> list[Person]:
    """Return three visitors, two of the staff and the admin, all fictional."""
    return [
        Person(
            id=1001, first_name="Ayesha", username="ayesha_visits", language_code="ur", phone="+923000001001"
        ),
        Person(id=1002, first_name="Bilal", last_name="Visitor", language_code="en", phone="+923000001002"),
        Person(
            id=1003, first_name="Aigerim", username="aigerim_visits", language_code="kk", phone="+77000001003"
        ),
        Person(id=2001, first_name="Sana", username="sana_staff", language_code="en", phone="+923000002001"),
        Person(
            id=2002, first_name="Daulet", username="daulet_staff", language_code="kk", phone="+77000002002"
        ),
        Person(
            id=ADMIN, first_name="Nadia", username="nadia_admin", language_code="en", phone="+923000003001"
        ),
    ]
