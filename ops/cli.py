"""`eds`: everything that is run, and every operation. Data goes to standard output, all else to standard error."""

import sys

import click

from ops.commands.backup import backup
from ops.commands.conventions import complain
from ops.commands.dead_letters import dead_letters
from ops.commands.doctor import doctor
from ops.commands.erase import erase
from ops.commands.events import event, events
from ops.commands.help import help_
from ops.commands.message import message
from ops.commands.rebuild import rebuild, verify
from ops.commands.retention import retention
from ops.commands.schema import schema
from ops.commands.send import send
from ops.commands.serve import consumers, gateway, graphql, run
from ops.commands.settings import settings
from ops.commands.shell import completion, version
from ops.commands.statistics import statistics
from ops.commands.topics import topics
from ops.commands.watching import lag, readyz
from ops.outcomes import EXIT_FAILED


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="email-delivery-status")
def main() -> None:
    """Email Delivery Status: SMTP notifications in, one exact status per message out.

    Settings come from the environment (EDS_SECTION_NAME) over the file eds.toml (or the one that EDS_CONFIG names, which
    then must be there).

    What holds for all commands: eds help exit-codes, eds help output, eds help times.
    """
    if sys.stdout is None and click.get_current_context().invoked_subcommand not in _SERVERS:
        complain("standard output is closed, and the answer would go nowhere")
        sys.exit(EXIT_FAILED)


_SERVERS = ("run", "gateway", "consumers", "graphql")
_COMMANDS = (
    run, gateway, consumers, graphql, message, statistics, event, events, dead_letters, doctor, lag, readyz, topics, rebuild,
    verify, retention, erase, backup, send, schema, settings, help_, completion, version,
)  # fmt: skip
for _command in _COMMANDS:
    main.add_command(_command)
