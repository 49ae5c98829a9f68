"""Whether an address is this machine's own, where a server may be open to whoever reaches it."""

from ipaddress import ip_address
from socket import getaddrinfo


def is_loopback(name: str) -> bool:
    """Whether this is localhost, or an address of loopback; other names are not looked up."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def resolves_to_loopback(name: str) -> bool:
    """Whether all addresses of this name are loopback's. OSError where it has none."""
    return all(ip_address(str(entry[4][0]).partition("%")[0]).is_loopback for entry in getaddrinfo(name, None))
