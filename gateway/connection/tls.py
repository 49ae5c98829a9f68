"""The gateway's TLS, from its settings."""

from delivery.errors import Misconfigured
from delivery.tls import Tls
from gateway.settings import GatewaySettings


def tls_of(settings: GatewaySettings) -> Tls | None:
    """The listener's TLS, None for plain HTTP. Misconfigured where half of it is set."""
    if settings.tls_certificate_file:
        return Tls(
            "gateway", settings.tls_certificate_file, settings.tls_key_file, settings.tls_client_ca_file,
            settings.tls_version_min,
        )  # fmt: skip
    if settings.tls_key_file or settings.tls_client_ca_file:
        raise Misconfigured("[gateway] tls_key_file and tls_client_ca_file need tls_certificate_file")
    return None
