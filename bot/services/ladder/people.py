"""Whom to telephone when nobody answers."""

from __future__ import annotations

from collections.abc import Iterable

from bot.config import Config
from bot.i18n import Code, Message, Verbatim, _
from bot.model.person import UserId


def contacts(config: Config, there: Iterable[UserId], first: str | None) -> tuple[Message, ...]:
    """Return the contacts of the agencies of those who are *there*, that of the agency *first* before all."""
    present = {found.code for user in there if (found := config.agency(user))}
    agencies = sorted(config.agencies, key=lambda one: one.code != first)
    return tuple(
        _("{agency}: {contact}", agency=Code(one.code), contact=Verbatim(one.contact))
        for one in agencies
        if one.contact and (one.code in present or one.code == first)
    )
