"""`status`: whether the bot keeps up."""

from __future__ import annotations

from bot.command import Context, Listing, Reply, command
from bot.i18n import Message, Verbatim, _, _n
from bot.model.signed import told


@command("status", summary=_("Say whether I am behind with messages"), changes=False, described=True)
async def status(ctx: Context) -> Reply:
    """Answer `status`."""
    now = await ctx.services.status.status()
    # The command that asks is itself still being processed.
    to_process = max(0, now.to_process - 1)
    lines: list[Message] = [_("Running since: {moment}", moment=now.started_at)]
    if now.synced_at:
        lines.append(_("Last heard from the homeserver: {moment}", moment=now.synced_at))
    lines += [
        _n("{n} item to process", "{n} items to process", to_process),
        _n("{n} message waits for its key", "{n} messages wait for their key", now.without_key),
        _n("{n} message to send", "{n} messages to send", now.to_send),
    ]
    if last := await ctx.services.audit.last():
        lines.append(told(last))
    if now.servers_down:
        servers = tuple(map(Verbatim, now.servers_down))
        lines.append(_("Translation servers that do not answer: {servers}", servers=servers))
    if not to_process and not now.without_key and not now.to_send:
        well = _("I keep up, but not every translation server answers.") if now.servers_down else _("All is well.")
        return Reply(well, Listing(tuple(lines)))
    return Reply(_("I am working through a backlog."), Listing(tuple(lines)))
