"""What is wrong with a configuration, a sentence each: what one key tells, and what only several can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.config.checklists import own_checklists
from bot.config.gazetteer import named_points
from bot.config.lines import map_lines
from bot.config.phrases import own_phrases
from bot.config.secret import secret
from bot.config.sections import Config, Matrix, Taskforce, Translation

_KINDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that Liaison knows",
    "string_type": "must be a text in quotes",
    "path_type": "must be a text in quotes",
    "tuple_type": "must be a list in square brackets",
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "model_type": "must be a table of keys",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be {expected}",
}
"""What to say of each kind of fault that pydantic finds."""


def key_of(fault: Any) -> str:
    """Return the key that a fault of pydantic is about."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])


def worded(fault: Any) -> str:
    """Return a fault of pydantic as a sentence that names its key."""
    context = fault.get("ctx", {})
    said = _KINDS.get(fault["type"])
    return f"{key_of(fault)}: {said.format(**context) if said else context.get('error') or fault['msg']}"


def within(key: str, other: str) -> bool:
    """Return whether *key* is *other* or a part of it, as `a.b.1` is of `a.b`."""
    return f"{key}.".startswith(f"{other}.")


def between(config: Config, right: Callable[..., bool]) -> Iterator[str]:
    """Yield what only several keys or a file can tell, where the keys are *right* by themselves."""
    if right("matrix.password_file", "matrix.access_token_file", "matrix.device_id"):
        yield from _no_way_in(config.matrix)
    codes = [agency.code for agency in config.agencies if "code" in agency.model_fields_set]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"agencies: the code {code} is used more than once"
    if right("retention.agencies", "agencies"):
        for code in sorted(config.retention.agencies.keys() - set(codes)):
            yield f"retention.agencies.{code}: is no agency of this file"
    names = [one.key.partition("+")[0] for one in config.witnesses] if right("witnesses") else []
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"witnesses: the name {name} is used more than once"
    if right("health.token_file") and config.health.token_file:
        yield from _no_secret("health.token_file", config.health.token_file, "")
    if right("translation.engines", "translation.servers"):
        yield from _no_server(config.translation)
    if right("translation.api_key_file") and config.translation.api_key_file:
        yield from _no_secret(
            "translation.api_key_file", config.translation.api_key_file, "LIAISON_TRANSLATION_API_KEY"
        )
    if right("access.servers") and not config.access.servers:
        yield "access.servers: names no server, so nobody would be served"
    if right("taskforce.language", "taskforce.languages"):
        yield from _not_a_working_language(config.taskforce)
    if right("taskforce.phrases_file", "taskforce.languages") and config.taskforce.phrases_file:
        for fault in own_phrases(config.taskforce.phrases_file, config.taskforce.languages)[1]:
            yield f"taskforce.phrases_file: {fault}"
    if right("taskforce.gazetteer") and config.taskforce.gazetteer:
        for fault in named_points(config.taskforce.gazetteer)[1]:
            yield f"taskforce.gazetteer: {fault}"
    if right("taskforce.map_lines") and config.taskforce.map_lines:
        for fault in map_lines(config.taskforce.map_lines)[1]:
            yield f"taskforce.map_lines: {fault}"
    if right("incident.checklists_file") and config.incident.checklists_file:
        for fault in own_checklists(config.incident.checklists_file)[1]:
            yield f"incident.checklists_file: {fault}"


def _not_a_working_language(taskforce: Taskforce) -> Iterator[str]:
    if taskforce.language not in taskforce.languages:
        yield f"taskforce.language: {taskforce.language} is not among taskforce.languages"


def _no_server(translation: Translation) -> Iterator[str]:
    if "libretranslate" in translation.engines and not translation.servers:
        yield "translation.servers: names no server, which the engine libretranslate needs"


def _no_way_in(matrix: Matrix) -> Iterator[str]:
    if matrix.password_file and matrix.access_token_file:
        yield "matrix: give password_file or access_token_file, not both"
    elif matrix.access_token_file:
        if not matrix.device_id:
            yield "matrix: access_token_file needs device_id, the device that the token belongs to"
        yield from _no_secret("matrix.access_token_file", matrix.access_token_file, "LIAISON_MATRIX_ACCESS_TOKEN")
    elif matrix.password_file:
        yield from _no_secret("matrix.password_file", matrix.password_file, "LIAISON_MATRIX_PASSWORD")
    elif not secret(None, "LIAISON_MATRIX_PASSWORD"):
        yield "matrix.password_file: is not given, nor LIAISON_MATRIX_PASSWORD: the bot cannot log in"


def _no_secret(key: str, file: Path, variable: str) -> Iterator[str]:
    """Yield why the secret in *file*, or in the environment's *variable*, is not to be had."""
    try:
        if secret(file, variable) is None:
            yield f"{key}: {file} does not exist or is empty"
    except UnicodeDecodeError:
        yield f"{key}: {file} is not a text file (UTF-8)"
    except OSError as error:
        yield f"{key}: {file} cannot be read: {error.strerror}"
