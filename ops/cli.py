"""`eds`: everything that is run, and every operation. Data goes to standard output, all else to standard error."""

import click

from ops.commands.backup import backup
from ops.commands.dead_letters import dead_letters
from ops.commands.erase import erase
from ops.commands.events import events
from ops.commands.rebuild import rebuild, verify
from ops.commands.retention import retention
from ops.commands.send import send
from ops.commands.serve import consumers, gateway, graphql, run
from ops.commands.settings import settings
from ops.commands.topics import topics


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="email-delivery-status")
def main() -> None:
    """Email Delivery Status: SMTP notifications in, one exact status per message out.

    Settings come from the environment (EDS_SECTION_NAME) over the file eds.toml (EDS_CONFIG names another).
    Exit statuses: 0 done, 1 failed, 2 wrong usage or settings, 3 not found, 10 unhealthy, 130 interrupted.
    """


_COMMANDS = (
    run, gateway, consumers, graphql, topics, send, events, dead_letters, rebuild, verify, retention, erase, backup,
    settings,
)  # fmt: skip
for _command in _COMMANDS:
    main.add_command(_command)
