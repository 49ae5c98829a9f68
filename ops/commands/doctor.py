"""`eds doctor`: what is wrong here, and what to do about it."""

import os
import sys
from collections import Counter

import click
import msgspec

from delivery.errors import Misconfigured
from ops.commands.conventions import configuration, instructed, say
from ops.commands.moments import now_ms
from ops.commands.output import Column, Output, masked, output_options
from ops.outcomes import EXIT_UNHEALTHY

COLUMNS = (
    Column("CHECK", 18, lambda row: row["check"]),
    Column("LEVEL", 5, lambda row: row["level"], is_state=True),
    Column("FOUND", 0, lambda row: row["found"] + (f" -> {row['fix']}" if row["fix"] else "")),
)


@click.command()
@click.option(
    "--skip", multiple=True, metavar="CHECK", help="Leave out what has this name; may be given several times."
)
@click.option("--problems", is_flag=True, help="Leave out what is ok.")
@output_options
@instructed
def doctor(skip: tuple[str, ...], problems: bool, output: str) -> None:
    """Look at everything that this system needs: a line for each check, with its cause and its fix. Changes nothing.

    Settings and the files that they name; Kafka, its topics and its clock; the store, its schema, rights and clock; lag and dead
    letters; disks and certificates; the three servers. Exit status 10: something fails. Warnings alone are 0.
    """
    from ops.doctor.examination import examine
    from ops.doctor.finding import Level
    from ops.doctor.settings import check_settings

    counts = Counter[Level]()
    with Output(output, COLUMNS, is_cut=False) as out:
        try:
            findings = examine(configuration(), os.environ, now_ms)
        except Misconfigured as problem:
            findings = check_settings(problem)
        for finding in findings:
            if finding.check in skip:
                continue
            counts[finding.level] += 1
            if finding.level is not Level.OK or not problems:
                out.write(masked(msgspec.to_builtins(finding)))
    say(", ".join(f"{counts[level]} {level.value}" for level in Level))
    if counts[Level.FAIL]:
        sys.exit(EXIT_UNHEALTHY)
