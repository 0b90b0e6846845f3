"""Groups of commands: a slip in a name is answered with the command that may be meant."""

import click


class Commands(click.Group):
    """A group that answers a slip in a command with the command that may be meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was named. Raises UsageError with a suggestion for none."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            from camiscreen.data_files import suggestion

            raise click.UsageError(
                f"no such command: {args[0]}{suggestion(args[0].lower(), known)}; "
                f"there is {', '.join(known)}"
            )
        return super().resolve_command(ctx, args)
