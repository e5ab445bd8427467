"""`zalo …`: what Zalo itself knows of the bot."""

from __future__ import annotations

import typer

from bot.config import Settings
from bot.console import console, marked, run_command

app = typer.Typer(no_args_is_help=True, help="Zalo: what is set there.")
webhook = typer.Typer(no_args_is_help=True, help="The address that Zalo pushes updates to.")
app.add_typer(webhook, name="webhook")


@webhook.command()
def show() -> None:
    """Say which address is set."""

    async def work(settings: Settings) -> None:
        from bot.channels.zalo_setup import webhook_of
        from bot.zalo import opened

        async with opened(settings) as api:
            url = await webhook_of(api)
        console.print(marked(True, f"Zalo pushes to {url}" if url else "no webhook is set: updates can be polled"))

    run_command(work)


@webhook.command()
def remove() -> None:
    """Remove it, so that the bot can poll. A running bot notices within a minute."""

    async def work(settings: Settings) -> None:
        from bot.zalo import opened

        async with opened(settings) as api:
            await api.call("deleteWebhook")
        console.print(marked(True, "no webhook is set any more"))

    run_command(work)
