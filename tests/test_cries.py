"""Attacks on what is a command: cries that look like one."""

from __future__ import annotations

import pytest

from bot.i18n import Catalogues
from bot.router import Addressee, Router
from commands import COMMANDS


@pytest.mark.parametrize(
    "cry",
    [
        "!reopen the bridge", "!start the engines", "!close the gate", "!ferme la porte", "!lancer la bouée maintenant",
        "!cerca di lui", "!schließen, sofort alle", "!öffnen Sie das Tor", "!cobre a saída norte", "!başla şimdi hemen",
    ],
)  # fmt: skip
def test_an_order_between_people_is_no_command(cry: str) -> None:
    router = Router(COMMANDS, Catalogues.load())
    assert router.addressed(cry, None, Addressee("@liaison:example.org", "Liaison")) is None
