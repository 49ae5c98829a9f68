"""The three HTTP servers: who has their ports, and whether they are ready."""

import socket
from urllib.parse import urlsplit

from ops.doctor.finding import Finding, fail, ok, warn
from ops.servers import SILENT, Readiness


def check_server(found: Readiness) -> Finding:
    """What answers at a server's address, or what has its port."""
    if any(line.startswith(("[+]", "[-]")) for line in found.checks):
        bad = [line for line in found.checks if line.startswith("[-]")]
        told = f"{found.url}: {' '.join(bad or found.checks)}"
        if found.is_ready:
            return ok(found.server, told)
        return fail(found.server, told, f"see what is said of that part here, and the log of eds {found.server}")
    if found.status is None and _is_free(found.url):
        return warn(
            found.server,
            f"nothing listens at {found.url}",
            f"start eds {found.server}, if it is to run on this machine",
        )
    if found.checks == [SILENT]:
        return fail(
            found.server,
            f"{found.url} takes connections, and gives {SILENT}",
            f"it hangs, or its machine does: see the log of eds {found.server} and the load, then restart it; nothing is lost",
        )
    told = f"{found.url} is taken by something else: {' '.join(found.checks)[:80]}"
    return fail(
        found.server, told, f"end that, or give eds {found.server} another port: EDS_{found.server.upper()}_PORT"
    )


def _is_free(url: str) -> bool:
    place = urlsplit(url)
    host, port = place.hostname or "", place.port or 0
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
