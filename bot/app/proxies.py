"""Proxies: where an update really comes from when proxies stand in front, and whether that is Telegram.

Anybody can send an X-Forwarded-For header. Only what our own proxies have added at its end counts: addresses
are read from the right, and the first that is none of theirs is the sender's.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
TELEGRAM: Sequence[Network] = (ip_network("149.154.160.0/20"), ip_network("91.108.4.0/22"))
"""From where Telegram sends updates (https://core.telegram.org/bots/webhooks)."""


def read_networks(text: str) -> tuple[Network, ...]:
    """Comma-separated addresses or networks. Raises ``ValueError``."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def is_telegram(peer: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> bool:
    """Whether a request comes from Telegram through these proxies.

    ``peer``: who is connected; ``forwarded``: the X-Forwarded-For headers as they came. Anything unreadable
    before a sender is found means no.
    """
    hops = [*",".join(forwarded).split(","), peer] if forwarded else [peer]
    for hop in reversed(hops):
        address = _read(hop)
        if address is None:
            return False
        if not _within(address, proxies):
            return _within(address, TELEGRAM)
    return False


def _read(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(hop.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _within(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
