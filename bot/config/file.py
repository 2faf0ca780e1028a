"""The configuration file: one frozen model, every fault named at once.

`load()` is the only way in. Paths are made absolute against the file's folder; to a secret that the service
manager has handed over (systemd's LoadCredential), they are those of its credentials.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError, create_model

from bot.config.bounded import missing, read_bounded, read_toml
from bot.config.faults import between, key_of, within, worded
from bot.config.sections import Config, Section
from bot.config.values import CREDENTIAL

LARGEST = 1 << 20
"""Bytes of a configuration file."""


class ConfigError(Exception):
    """The configuration cannot be used; `faults` are sentences, each naming its key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def load(path: Path) -> Config:
    """Read the configuration at *path*.

    Raises ConfigError with every fault at once, each beginning with the key that it is about.
    """
    table = _table(path)
    folder = path.resolve().parent
    try:
        config, broken = Config.model_validate(table), list[Any]()
    except ValidationError as error:
        broken = error.errors()
        config = _sound(table, {fault["loc"] for fault in broken})
    config = _anchored(config, folder)
    faulty = {key_of(fault) for fault in broken}

    def right(*keys: str) -> bool:
        return not any(within(one, key) or within(key, one) for one in faulty for key in keys)

    if faults := [*map(worded, broken), *between(config, right)]:
        raise ConfigError(faults)
    return config


def _table(path: Path) -> dict[str, Any]:
    text, unread = read_bounded(path, LARGEST)
    if unread:
        hint = "; start from config.example.toml" if unread == [missing(path)] else ""
        raise ConfigError([f"{fault}{hint}" for fault in unread])
    table, faults = read_toml(text)
    if faults:
        raise ConfigError([f"{path}: {fault}" for fault in faults])
    return dict(table)


# What is right of a file with faults


def _sound(table: dict[str, Any], broken: set[tuple[Any, ...]]) -> Config:
    """Return the configuration without the attributes that are *broken*; those with a default have it."""
    right: dict[str, Any] = {}
    for name in Config.model_fields.keys() & table.keys():
        faults = {loc[1:] for loc in broken if loc[0] == name}
        if () in faults:
            continue
        kind, value = Config.model_fields[name].annotation, table[name]
        if isinstance(value, list):
            right[name] = tuple(_sound_section(get_args(kind)[0], *one) for one in _each(value, faults))
        else:
            right[name] = _sound_section(kind, value, {loc[0] for loc in faults})
    return Config.model_construct(**right)


def _each(tables: list[Any], faults: set[tuple[Any, ...]]) -> Iterator[tuple[dict[str, Any], set[str]]]:
    """Yield those of the *tables* that are tables, each with its faulty keys."""
    for place, table in enumerate(tables):
        if (place,) not in faults:
            yield table, {loc[1] for loc in faults if loc[0] == place}


def _sound_section(kind: Any, table: dict[str, Any], faulty: set[str]) -> Any:
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in kind.model_fields.items() if name not in faulty
    }
    part = create_model(kind.__name__, __base__=Section, **fields)
    right = part.model_validate({name: value for name, value in table.items() if name in fields})
    return kind.model_construct(**dict(right))


def _anchored(config: Config, folder: Path) -> Config:
    """Return *config* with its relative paths taken from *folder*."""

    def anchor(section: Section) -> Section:
        paths = {name: folder / value for name, value in section if isinstance(value, Path)}
        for name in paths:
            if CREDENTIAL in type(section).model_fields[name].metadata and (given := _credential(paths[name].name)):
                paths[name] = given
        return section.model_copy(update=paths)

    sections = {name: anchor(value) for name, value in config if isinstance(value, Section)}
    return config.model_copy(update=sections)


def _credential(name: str) -> Path | None:
    """Return where the service manager has put the secret called *name*, if it has; systemd.exec(5), CREDENTIALS."""
    path = Path(os.environ.get("CREDENTIALS_DIRECTORY", "")) / name
    # A folder that cannot be read has none: what is then missing is said by the configured file's name.
    return path if path.is_absolute() and os.path.isfile(path) else None
