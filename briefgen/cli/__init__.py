"""The door: what a person types. Only here and in `report.py` anything is printed."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

import briefgen
from briefgen.cli import desk, drafting, site
from briefgen.cli.ending import ended

COMMANDS = (
    desk.init,
    desk.new,
    drafting.ingest,
    drafting.draft,
    drafting.extract,
    desk.accept,
    desk.reject,
    desk.status,
    desk.rename,
    desk.lock,
    site.check,
    site.build,
    site.serve,
    site.deploy,
    site.clean,
    desk.schema,
    desk.completion,
)


class _InOrder(click.Group):
    """Lists its commands in the order in which a person comes to need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands as they were added."""
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(briefgen.__version__, prog_name="briefgen")
@click.option("-C", "folder", metavar="DIR", help="The site's folder; the one you are in by default.")
@click.option("-c", "--config", metavar="FILE", help="Settings other than the folder's briefgen.toml.")
@click.pass_context
def cli(context: click.Context, /, **given: str | None) -> None:
    """Briefs that show each claim with its speaker, its denials and the words it rests on.

    content/ holds briefs, actors and sources; `briefgen build` makes a static site of them in site/.
    """
    context.obj = given


def main() -> NoReturn:
    """Run the command line, and exit as it ends."""
    try:
        code = cli.main(prog_name="briefgen", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (Exception, KeyboardInterrupt) as error:
        sys.exit(ended(error))
    sys.exit(code if isinstance(code, int) else 0)


for _command in COMMANDS:
    cli.add_command(_command)
