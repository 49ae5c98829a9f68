"""Where a request comes from: its peer, or what a trusted proxy says of it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from delivery.errors import Misconfigured

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def read_networks(texts: Sequence[str], label: str) -> tuple[Network, ...]:
    """Ranges such as 192.0.2.0/24 and single addresses; Misconfigured names each that is none."""
    networks: list[Network] = []
    problems: list[str] = []
    for text in texts:
        try:
            networks.append(ip_network(text))
        except ValueError as problem:
            problems.append(f"{label}: {problem}")
    if problems:
        raise Misconfigured("\n  ".join(problems))
    return tuple(networks)


def read_address(text: str) -> Address | None:
    """An address as peers and proxies write it: with a port or a zone or brackets perhaps; IPv4 inside of IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def is_within(address: Address | None, networks: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in networks)


def client_address(peer: str, forwarded_for: Sequence[str], proxies: Sequence[Network]) -> Address | None:
    """The sender's address. Each proxy adds its own peer at the list's end, so it is the last one that is no trusted proxy;
    what stands before it anybody may have written. None where a proxy says what is no address."""
    address = read_address(peer)
    hops = ",".join(forwarded_for).split(",") if forwarded_for else []
    while hops and is_within(address, proxies):
        address = read_address(hops.pop())
    return address
