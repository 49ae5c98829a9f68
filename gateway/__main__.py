"""python -m gateway: one gateway process, with the settings of the environment and of eds.toml."""

import logging
import os
import signal
import sys
from pathlib import Path

from bus.settings import KafkaSettings
from delivery.errors import Misconfigured
from delivery.logs import log_to_stderr
from delivery.settings import Source
from gateway.server import run
from gateway.settings import GatewaySettings


def main() -> int:
    """The process's exit code: 0 after SIGTERM or SIGINT, 2 where the settings can't work."""
    log_to_stderr()
    try:
        content = Source.of_process(os.environ, Path(os.environ.get("EDS_CONFIG", "eds.toml")))
        settings, kafka = content.section("gateway", GatewaySettings), content.section("kafka", KafkaSettings)
        if content.problems:
            raise Misconfigured("bad settings:\n  " + "\n  ".join(content.problems))
        started = logging.getLogger("gateway").info
        run(settings, kafka, (signal.SIGTERM, signal.SIGINT), lambda address: started("serving at %s", address))
    except Misconfigured as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
