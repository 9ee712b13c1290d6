"""Who may do what: the table of roles and rights, in one place."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is to the House, from the least to the most."""

    VISITOR = "visitor"
    VIEWER = "viewer"
    STAFF = "staff"
    EDITOR = "editor"
    ADMIN = "admin"
    OWNER = "owner"


class Right(StrEnum):
    """One thing that a role may do."""

    SEE = "see"
    """See inquiries, find them, see statistics."""
    EXPORT = "export"
    """Take the log away; phone and document numbers are masked without ``UNMASKED``."""
    UNMASKED = "unmasked"
    """See phone and document numbers whole in an export."""
    ANSWER = "answer"
    """Claim, reply, note, close, transfer, import replies."""
    FACTS = "facts"
    """Change facts of the content."""
    ANNOUNCE = "announce"
    """Write, approve and steer announcements."""
    BAN = "ban"
    """Ban and unban people."""
    AUDIT = "audit"
    """Read the audit log."""
    GIVE_ROLES = "give_roles"
    """Give and take roles up to editor."""
    GIVE_ALL_ROLES = "give_all_roles"
    """Give and take every role."""


_SEES = frozenset({Right.SEE, Right.EXPORT})
_STAFF = _SEES | {Right.ANSWER, Right.UNMASKED}
_EDITOR = _SEES | {Right.FACTS}
_ADMIN = _STAFF | _EDITOR | {Right.ANNOUNCE, Right.BAN, Right.AUDIT, Right.GIVE_ROLES}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VISITOR: frozenset(),
    Role.VIEWER: _SEES,
    Role.STAFF: _STAFF,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _ADMIN | {Right.GIVE_ALL_ROLES},
}
"""The table of ``docs/roles.md``."""
