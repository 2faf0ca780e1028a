"""An operator who types what the guide says, block by block, on one host after the other."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from .. import guide
from .rooms import SPANISH
from .service import CleanDebian

INSTALL = "Install, with the internet or without"
STICK = "/media/stick"
_MODEL = f"{STICK}/translate-en_el-1_9.argosmodel"
_CONNECTED = "git clone"
"""How that block begins which is typed on another machine, with a connection."""


class Operator:
    """Types blocks of the guide as root, and keeps account of which."""

    def __init__(self) -> None:
        self._typed: set[str] = set()

    async def follows(
        self,
        host: CleanDebian,
        section: str,
        beginning: str = "",
        instead: Mapping[str, str] | None = None,
        *,
        at: str = "/root",
        checkout: str = "liaison",
        reads: str = "",
        seconds: float = 120,
    ) -> str:
        """Type that block of *section* which begins so, with the real thing *instead* of each example.

        Returns what it said. It is typed in the folder *at*, its `cd liaison` goes to the *checkout*, and what it
        *reads* is what somebody types who is asked.
        """
        [block] = [block for block in guide.shell(section) if block.startswith(beginning)]
        self._typed.add(block)
        real = dict(instead or {})
        if _MODEL in block:
            real[_MODEL] = " ".join(f"{STICK}/{package.name}" for package in SPANISH)
        if checkout != "liaison":
            real["cd liaison"] = f"cd {checkout}"
        return await host.inside(f"cd {at}\n{guide.typed(block, real)}", seconds, reads)

    def left_out(self, *sections: str) -> list[str]:
        """Return the blocks of those sections that were never typed."""
        shown = [block for section in sections for block in guide.shell(section)]
        return [block for block in shown if block not in self._typed and not block.startswith(_CONNECTED)]


def configured(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration's tables with what the guide has written into them for the service."""
    filled = dict(tables)
    for block in guide.blocks(INSTALL):
        if block.startswith("[matrix]"):
            for name, table in tomllib.loads(block).items():
                filled[name] = filled.get(name, {}) | table
    return filled
