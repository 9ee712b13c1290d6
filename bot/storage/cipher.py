"""Cipher: how words, names, phones and file references stand in the database.

Stored text is the text itself, or begins with U+0001 and a letter that says how to read the rest:
``j`` JSON (text that a database cannot hold as it is), ``k`` sealed. Plain and sealed values can stand side
by side, so a key can be introduced and changed while the bot runs.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.storage.errors import WrongKey

MARK = "\x01"
"""What a stored text begins with that is not the text itself."""
_JSON = "\x01j"
_SEALED = "\x01k"
_MARK_BYTES = b"\x01"
_RAW_BYTES = b"\x01r"
_SEALED_BYTES = b"\x01k"
_KEY_BYTES = 32
_NAME_BYTES = 4
_NONCE_BYTES = 12
"""As NIST SP 800-38D advises for GCM."""


class Cipher(Protocol):
    """Seals bytes; ``place`` (table and column) is authenticated with them."""

    @property
    def seals(self) -> bool:
        """Whether what is written is sealed."""
        ...

    @property
    def has_sealed(self) -> bool:
        """Whether anything was sealed with it yet."""
        ...

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """The sealed bytes."""
        ...

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes. Raises ``WrongKey``."""
        ...

    def is_current(self, sealed: bytes) -> bool:
        """Whether these bytes were sealed with the key that seals now."""
        ...

    def key_of(self, folded: str) -> str:
        """What stands in an index for a folded name: the same for the same name."""
        ...

    def keys_of(self, folded: str) -> Sequence[str]:
        """All that may stand in an index for a folded name, also from earlier keys."""
        ...


class NoCipher:
    """Leaves everything readable."""

    seals = False
    has_sealed = False

    def seal(self, plain: bytes, place: bytes) -> bytes:  # noqa: ARG002 - the protocol's shape
        """The bytes as they are."""
        return plain

    def open(self, sealed: bytes, place: bytes) -> bytes:  # noqa: ARG002 - the protocol's shape
        """Cannot open anything: raises ``WrongKey``."""
        raise WrongKey("the database holds sealed values and no encryption key was given")

    def is_current(self, sealed: bytes) -> bool:  # noqa: ARG002 - the protocol's shape
        """Nothing sealed is current."""
        return False

    def key_of(self, folded: str) -> str:
        """The folded name itself."""
        return folded

    def keys_of(self, folded: str) -> Sequence[str]:
        """The folded name itself."""
        return (folded,)


@dataclass(frozen=True, slots=True)
class _Key:
    name: bytes
    gcm: AESGCM
    index: bytes


class KeyRing:
    """AES-256-GCM under the first of several keys; the others still open what they sealed."""

    seals = True

    def __init__(self, keys: Sequence[bytes]) -> None:
        """``keys``: 32 random bytes each, the one that seals first."""
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise ValueError("an encryption key is 32 random bytes")
        self._keys = [_derive(key) for key in keys]
        self._by_name = {key.name: key for key in self._keys}
        self.has_sealed = False

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Key name, nonce, and the sealed bytes with their tag."""
        self.has_sealed = True
        key = self._keys[0]
        nonce = os.urandom(_NONCE_BYTES)
        return key.name + nonce + key.gcm.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes. Raises ``WrongKey`` for an unknown key, another place or changed bytes."""
        key = self._by_name.get(sealed[:_NAME_BYTES])
        if key is None:
            raise WrongKey("a value is sealed with an encryption key that was not given")
        nonce = sealed[_NAME_BYTES : _NAME_BYTES + _NONCE_BYTES]
        try:
            return key.gcm.decrypt(nonce, sealed[_NAME_BYTES + _NONCE_BYTES :], place)
        except InvalidTag:
            raise WrongKey("a sealed value was changed outside the bot") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the first key sealed it."""
        return sealed.startswith(self._keys[0].name)

    def key_of(self, folded: str) -> str:
        """HMAC-SHA-256 of the folded name; empty for an empty one."""
        return _hmac(self._keys[0], folded)

    def keys_of(self, folded: str) -> Sequence[str]:
        """The HMAC under each key, and the name itself where it is not sealed yet."""
        return (*(_hmac(key, folded) for key in self._keys), folded)


def cipher_of(keys: str) -> Cipher:
    """The cipher for a setting: comma-separated keys, each base64 of 32 bytes; empty: ``NoCipher``.

    Raises ``ValueError`` with one line that does not repeat the key.
    """
    parts = [part.strip() for part in keys.split(",") if part.strip()]
    return KeyRing([_decoded(part) for part in parts]) if parts else NoCipher()


def new_key() -> str:
    """A fresh key as it is written in the settings."""
    return base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode()


def fold(text: str) -> str:
    """A text as it is compared: forms and case unified, single blanks, nothing a database refuses."""
    storable = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", storable).casefold()).split())


def write_text(text: str, cipher: Cipher, place: bytes) -> str:
    """The text as it is stored; an empty text stays empty."""
    if not text:
        return ""
    if cipher.seals:
        plain = text.encode("utf-8", "surrogatepass")
        return _SEALED + base64.b64encode(cipher.seal(plain, place)).decode("ascii")
    if text.startswith(MARK) or "\x00" in text or not _encodable(text):
        return _JSON + json.dumps(text)
    return text


def read_text(stored: str, cipher: Cipher, place: bytes) -> str:
    """The text that was stored. Raises ``WrongKey``."""
    if not stored.startswith(MARK):
        return stored
    if stored.startswith(_JSON):
        return str(json.loads(stored[len(_JSON) :]))
    sealed = base64.b64decode(stored[len(_SEALED) :])
    return cipher.open(sealed, place).decode("utf-8", "surrogatepass")


def write_bytes(content: bytes, cipher: Cipher, place: bytes) -> bytes:
    """The bytes as they are stored."""
    if cipher.seals:
        return _SEALED_BYTES + cipher.seal(content, place)
    return _RAW_BYTES + content if content.startswith(_MARK_BYTES) else content


def read_bytes(stored: bytes, cipher: Cipher, place: bytes) -> bytes:
    """The bytes that were stored. Raises ``WrongKey``."""
    if not stored.startswith(_MARK_BYTES):
        return stored
    if stored.startswith(_RAW_BYTES):
        return stored[len(_RAW_BYTES) :]
    return cipher.open(stored[len(_SEALED_BYTES) :], place)


def is_current(stored: str | bytes | None, cipher: Cipher) -> bool:
    """Whether a stored value is as this cipher would write it now."""
    if not stored or not cipher.seals:
        return True
    if isinstance(stored, str):
        sealed = base64.b64decode(stored[len(_SEALED) :]) if stored.startswith(_SEALED) else b""
        return cipher.is_current(sealed)
    return stored.startswith(_SEALED_BYTES) and cipher.is_current(stored[len(_SEALED_BYTES) :])


def _derive(key: bytes) -> _Key:
    sealing = _hkdf(key, b"sealing")
    name = hashlib.sha256(b"name" + sealing).digest()[:_NAME_BYTES]
    return _Key(name=name, gcm=AESGCM(sealing), index=_hkdf(key, b"index"))


def _hkdf(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(key)


def _hmac(key: _Key, folded: str) -> str:
    return (
        hmac.new(key.index, folded.encode("utf-8", "surrogatepass"), "sha256").hexdigest() if folded else ""
    )


def _decoded(part: str) -> bytes:
    try:
        key = base64.b64decode(part.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError("an encryption key is the base64 of 32 random bytes (44 characters)")
    return key


def _encodable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)
