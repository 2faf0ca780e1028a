"""`liaison check`: everything that `run` needs, checked and listed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from bot.cli import machine
from bot.cli.manned import unmanned
from bot.cli.outlived import outlived
from bot.config import Config, ConfigError
from bot.i18n import Catalogues
from bot.matrix.api import Api, HomeserverAway, HomeserverError
from bot.matrix.errors import StartRefused
from bot.matrix.recovery import recovery_key
from bot.model.status import LanguageSupport
from bot.services.place import gazetteer
from bot.services.status import language_support
from bot.store.opening import DatabaseError, probe, storage_key
from bot.translation import Translator
from bot.translation.engine import LIBRETRANSLATE
from bot.translation.libretranslate import Server
from bot.translation.route import base

SECONDS = 5.0


async def check(config: Config, file: Path) -> list[str]:
    """Print what is there and return what `run` would refuse to start with, a sentence each.

    *file* is where the configuration was read from.

    Nothing is started or sent, nothing is changed; a homeserver that is away is told, but is no fault:
    the bot would wait for it.
    """
    console = Console()
    matrix, storage = config.matrix, config.storage
    console.print(f"account     {matrix.user_id}", highlight=False)
    console.print(f"homeserver  {matrix.homeserver}: {await _homeserver(matrix.homeserver)}", highlight=False)
    console.print(f"data        {storage.directory}: {_state(config)}", highlight=False)
    translator = Translator.configured(config)
    await translator.start()
    try:
        languages = _spoken(config)
        support = language_support(languages, Catalogues.load(), translator)
        unusable = await translator.ready()
        missing = _missing(languages, translator)
        servers = [_server(server, languages) for server in translator.servers]
    finally:
        await translator.close()
    for line in servers:
        console.print(line, highlight=False, soft_wrap=True)
    console.print(_languages(support))
    broken = {**{fault.name: fault.reason for fault in translator.faults}, **unusable}
    for model, reason in broken.items():
        console.print(f"model {model} cannot be used: {reason}", highlight=False)
    if missing:
        console.print(_hint(missing, config, file), highlight=False, soft_wrap=True)
    for warning in machine.exposed(config):
        console.print(f"warning: {warning}", highlight=False, soft_wrap=True)
    for warning in (*_doubtful_servers(config), *_warnings(config), *unmanned(config), *outlived(config)):
        console.print(f"warning: {warning}", highlight=False, soft_wrap=True)
    recovery = None if _made(config) else _recovery(config)
    return [*_places(config), *_storage(config), *filter(None, [recovery, machine.unbound(config)])]


async def _homeserver(url: str) -> str:
    api = Api(url)
    try:
        versions = (await api.request("GET", "/_matrix/client/versions", seconds=SECONDS)).get("versions")
    except (HomeserverAway, HomeserverError) as error:
        return f"does not answer now ({error})"
    finally:
        await api.close()
    return f"answers, Matrix {versions[-1]}" if isinstance(versions, list) and versions else "answers"


def _server(server: Server, languages: tuple[str, ...]) -> str:
    """Return what there is to say of a *server*: whether it answers, and which pairs of *languages* it has."""
    if server.trouble:
        return f"translator  {server.url}: does not answer as it should ({server.trouble})"
    codes = {base(code) for code in languages}
    pairs = [f"{source}-{target}" for source, target in sorted(server.ways) if {source, target} <= codes]
    return f"translator  {server.url}: answers, {len(server.ways)} pairs; of ours: {' '.join(pairs) or 'none'}"


def _state(config: Config) -> str:
    if machine.unwritable(config.storage.directory):
        return "cannot be used"
    return "from an earlier start" if _made(config) else "empty; made at the first start"


def _made(config: Config) -> bool:
    return (config.storage.directory / "liaison.db").exists()


def _warnings(config: Config) -> Iterator[str]:
    """Yield what `run` starts with all the same, but should not be left so."""
    storage = config.storage
    database, key = (_nearest(path) for path in (storage.directory / "liaison.db", storage.key_file))
    if not os.environ.get("LIAISON_STORAGE_KEY") and database.stat().st_dev == key.stat().st_dev:
        yield (
            f"storage.key_file: {storage.key_file} lies on the same disk as the database that it opens: whoever has"
            " the disk has both. Keep it on another one, or give it as LIAISON_STORAGE_KEY."
        )
    if not storage.backup_recipient:
        yield (
            "storage.backup_recipient is empty, so `liaison backup` refuses: if the disk is lost, so is everything on"
            " it. `liaison backup --new-key FILE` makes a key pair."
        )
    if _made(config) and (fault := _recovery(config)):
        yield fault


def _doubtful_servers(config: Config) -> Iterator[str]:
    """Yield which translation servers are sent texts that others on the way can read, or that none is sent any."""
    if config.translation.servers and LIBRETRANSLATE not in config.translation.engines:
        yield "translation.servers: are not used, because translation.engines does not name libretranslate"
        return
    for url in config.translation.servers:
        address = urlsplit(url)
        if address.scheme == "http" and not _is_here(address.hostname or ""):
            yield (
                f"translation.servers: {url} is another machine, and http is not encrypted: whoever is on the way reads"
                " every text, and the key. Use https."
            )


def _is_here(host: str) -> bool:
    """Return whether *host* is this machine whatever the network says."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _nearest(path: Path) -> Path:
    """Return *path*, or the nearest folder above it that exists."""
    return next(parent for parent in (path, *path.parents) if parent.exists())


def _places(config: Config) -> list[str]:
    """Return which posts are no places."""
    try:
        gazetteer(config)
    except ConfigError as error:
        return error.faults
    return []


def _storage(config: Config) -> list[str]:
    """Return why the data folder cannot be used."""
    folder = config.storage.directory
    path = folder / "liaison.db"
    if reason := machine.unwritable(folder):
        return [reason]
    if not path.exists():
        return []
    try:
        probe(path, storage_key(config.storage.key_file, path, os.environ.get("LIAISON_STORAGE_KEY")))
    except DatabaseError as error:
        return [f"storage: {error}"]
    return []


def _recovery(config: Config) -> str | None:
    """Return why the recovery key cannot be right: a bot that has its identity runs without it, a new one does not."""
    try:
        recovery_key(config)
    except StartRefused as error:
        return str(error)
    return None


def _spoken(config: Config) -> tuple[str, ...]:
    """Return the working languages, then those that agencies speak beside them: their people are translated for too."""
    beside = [agency.language for agency in config.agencies if agency.language]
    known = {base(code) for code in config.taskforce.languages}
    return tuple(dict.fromkeys([*config.taskforce.languages, *(code for code in beside if base(code) not in known)]))


def _missing(languages: tuple[str, ...], translator: Translator) -> list[str]:
    """Return the pairs from and into English with which each of *languages* would reach each other."""
    codes = list(dict.fromkeys(map(base, languages)))
    legs = [
        leg
        for source in codes
        for target in codes
        if source != target and translator.route(source, target) is None
        for leg in ((source, "en"), ("en", target))
        if len(set(leg)) == 2 and translator.route(*leg) is None
    ]
    return list(dict.fromkeys(f"{source}-{target}" for source, target in legs))


def _hint(missing: list[str], config: Config, file: Path) -> str:
    if set(config.translation.engines) == {LIBRETRANSLATE}:
        return f"Some translations are missing: no server has {', '.join(missing)}."
    if "argos" not in config.translation.engines:
        return f"Some translations are missing: install Firefox models for {', '.join(missing)}."
    command = f"liaison models install {' '.join(missing)} --config {shlex.quote(str(file))}"
    return f"Some translations are missing. To install them (without a connection, files in place of pairs): {command}"


def _languages(support: tuple[LanguageSupport, ...]) -> Table:
    table = Table("language", "menus", "translated from", "translated into")
    for one in support:
        menus = "yes" if one.menus else "no"
        table.add_row(one.code, menus, *(" ".join(c) or "–" for c in (one.translated_from, one.translated_to)))
    return table
