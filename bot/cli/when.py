"""`liaison when`: how a time is understood, without Matrix."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.arguments import times, zones
from bot.arguments.folding import cited
from bot.cli.faults import fail
from bot.i18n import Catalogues, Code, Message, _
from bot.model.times import Understood, read


def when(
    text: Annotated[str, typer.Argument(help="The time, such as “tomorrow 07:30”.")],
    language: Annotated[str, typer.Option("--language", help="The language of the text, such as pt.")] = "en",
    zone: Annotated[str, typer.Option("--zone", help="The time zone of the person, such as Europe/Lisbon.")] = "UTC",
    now: Annotated[
        str | None, typer.Option("--now", help="The moment to count from (ISO 8601); UTC by default.")
    ] = None,
) -> None:
    """Print how TEXT is understood as a time, as one JSON object. Exits with 0, or 2 if it is not understood."""
    shape = _answer(text, language, zone, _moment(now) if now else datetime.now(UTC))
    typer.echo(json.dumps(shape, ensure_ascii=False))
    raise typer.Exit(2 if "error" in shape else 0)


def _answer(text: str, language: str, zone: str, now: datetime) -> dict[str, str | None]:
    catalogues = Catalogues.load()
    reader = catalogues.choose(language)
    known = zones.find(zone)
    if known is None:
        return {"error": catalogues.text(_unknown(zone), reader)}
    found = read(text, now=now, zone=known, language=language)
    if not isinstance(found, Understood):
        return {"error": catalogues.text(times.fault(text, found, now), reader, known)}
    note = times.note(found)
    return _shape(found) | {"note": catalogues.text(note, reader, found.zone) if note else None}


def _unknown(zone: str) -> Message:
    return _(
        "I do not know the time zone “{word}”. Write it as region and city, such as {example}.",
        word=cited(zone), example=Code("Europe/Lisbon"),
    )  # fmt: skip


def _shape(found: Understood) -> dict[str, str | None]:
    utc = found.utc.replace(tzinfo=None).isoformat(timespec="seconds")
    return {"utc": f"{utc}Z", "wall": found.wall.isoformat(timespec="seconds"), "zone": found.zone}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--now: {text} is no ISO 8601 moment, such as 2026-11-22T14:30Z")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
