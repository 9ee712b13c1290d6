"""What ChatMember tells of each status (https://core.telegram.org/bots/api#chatmember)."""

from typing import Any

Json = dict[str, Any]

SPEECH = tuple(
    f"can_{one}"
    for one in (
        "send_messages", "send_audios", "send_documents", "send_photos", "send_videos", "send_video_notes",
        "send_voice_notes", "send_polls", "send_other_messages", "add_web_page_previews", "react_to_messages",
        "edit_tag", "change_info", "invite_users", "pin_messages", "manage_topics",
    )
)  # fmt: skip


def member_fields(status: str, rights: Json) -> Json:
    """Return the fields that ChatMember has for this status; `rights` override the administrator's."""
    if status == "creator":
        return {"is_anonymous": False}
    if status == "kicked":
        return {"until_date": 0}
    if status == "restricted":
        return {"is_member": True, "until_date": 0, **dict.fromkeys(SPEECH, False)} | rights
    if status != "administrator":
        return {}
    can = (
        "manage_chat", "delete_messages", "manage_video_chats", "restrict_members", "promote_members",
        "change_info", "invite_users", "pin_messages", "manage_topics", "post_stories", "edit_stories",
        "delete_stories", "send_welcome_messages",
    )  # fmt: skip
    return {"can_be_edited": False, "is_anonymous": False} | {f"can_{one}": True for one in can} | rights
