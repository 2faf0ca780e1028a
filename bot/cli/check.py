"""`liaison check`: everything that `run` needs, checked and listed."""

from __future__ import annotations

import os

from rich.console import Console
from rich.table import Table

from bot.config import Config
from bot.i18n import Catalogues
from bot.model.status import LanguageSupport
from bot.services.status import language_support
from bot.store.database import Database, DatabaseError, storage_key
from bot.translation import Translator


async def check(config: Config) -> list[str]:
    """Print what is there and return what is wrong, a sentence each. Nothing is started or sent."""
    console = Console()
    faults = await _storage(config)
    translator = Translator(config.storage.directory / "models", config.translation.engines)
    await translator.start()
    try:
        support = language_support(config.taskforce.languages, Catalogues.load(), translator)
    finally:
        await translator.close()
    console.print(f"homeserver {config.matrix.homeserver}, account {config.matrix.user_id}", highlight=False)
    console.print(f"data in {config.storage.directory}", highlight=False)
    console.print(_languages(support))
    return faults


async def _storage(config: Config) -> list[str]:
    path = config.storage.directory / "liaison.db"
    if not path.exists():
        return []
    try:
        key = storage_key(config.storage.key_file, path, os.environ.get("LIAISON_STORAGE_KEY"))
        async with Database.open(path, key):
            return []
    except DatabaseError as error:
        return [f"storage: {error}"]


def _languages(support: tuple[LanguageSupport, ...]) -> Table:
    table = Table("language", "menus", "translated from", "translated into")
    for one in support:
        menus = "yes" if one.menus else "no"
        table.add_row(one.code, menus, *(" ".join(codes) or "–" for codes in (one.translated_from, one.translated_to)))
    return table
