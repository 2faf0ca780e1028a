"""`privacy`: what is kept, how long, and who can see it."""

from __future__ import annotations

from bot.command import Context, Listing, Reply, command
from bot.i18n import Verbatim, _, _n
from bot.model.status import SENT_AWAY

HERE = _("Translation happens on my own machine. Nothing leaves it but Matrix messages.")
CORRECTIONS = _(
    "Corrections with their authors, and sentences that I remember to translate them alike, go after the same time, or"
    " earlier with the message that they come from. Terms of the glossary stay, with who proposed and approved them."
)
HELD = _(
    "What is put under legal hold is kept until the hold is lifted, also what is deleted in its room; only auditors and"
    " administrators can read that then."
)


@command("privacy", summary=_("Say what I keep, for how long, and who can see it"), changes=False, described=True)
async def privacy(ctx: Context) -> Reply:
    """Answer `privacy`."""
    notice = ctx.services.status.privacy()
    return Reply(
        _(
            "{taskforce}: {controller} is responsible for what I keep. Questions and requests: {contact}.",
            controller=Verbatim(notice.controller),
            taskforce=Verbatim(notice.taskforce),
            contact=Verbatim(notice.contact),
        ),
        Listing(
            (
                _("I keep the translations of messages, and who sent each message and when."),
                _(
                    "I keep the language and time zone that you set; if you set no language, in which languages your"
                    " last messages were written."
                ),
                _("I keep no text of original messages once they are processed, and none from before I joined."),
                _n(
                    "Everything is encrypted on disk. Translations, senders and times are deleted after {n} day.",
                    "Everything is encrypted on disk. Translations, senders and times are deleted after {n} days.",
                    notice.retention_days,
                ),
                CORRECTIONS,
                HELD,
                _("Whoever operates me can read what I can read: the messages of the rooms that I am in."),
                SENT_AWAY if notice.sent_away else HERE,
                _("I am not for classified information."),
            )
        ),
    )
