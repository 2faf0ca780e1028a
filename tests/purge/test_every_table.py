"""Each table of the database is reached by a purge, or it is said here why nothing of a record can stand in it."""

from __future__ import annotations

import re

from bot.store import purge, trace

from ..world import World

OTHERWISE = {
    "audit_content": "emptied entry by entry, which the log says (bot/services/purging.py)",
    "audit_said": "which message an entry comes from, with what is left without its words",
    "file": "deleted with each post that holds the record",
    "holding": "let go with each post that is taken back",
    "outbox": "what was sent has no words; what waits loses them (bot/services/notice.py: silence)",
    "briefing": "loses its name (bot/services/briefing/service.py: withdraw)",
    "memory": "with the last of the messages that it comes from",
    "memory_source": "with these messages",
}
"""What is taken away row by row, by services."""
NOTHING_OF_ONE = {
    **dict.fromkeys(
        ["account", "audit_key", "decryption", "direct", "identity", "lost", "refused_device", "verifying"],
        "accounts, devices and keys",
    ),
    **dict.fromkeys(["audit_checkpoint", "audit_handed", "audit_cosignature", "audit_node"], "hashes and sizes"),
    **dict.fromkeys(["companion", "proposal", "room", "digest", "digest_shift"], "how rooms are set and linked"),
    **dict.fromkeys(["busy", "person", "pseudonym", "briefing_before"], "people and how they are set"),
    **dict.fromkeys(["briefing_change", "quorum", "rsvp", "rsvp_poll", "vote"], "moments, answers and people"),
    **dict.fromkeys(["absence", "override", "presence", "rotation", "swap", "watch"], "people, moments and references"),
    **dict.fromkeys(["handover_broken", "handover_cleared"], "people, moments and references of items"),
    "patrol_member": "people",
    "audit_entry": "envelopes: they stay for ever, and say nothing but kind, time, agency and reference",
    "checkin": "where people on duty are: a record of none, and gone with the retention period",
    "checkin_said": "the same",
    "duty_post": "what posts are called",
    "exercise": "what exercises are called: see docs/limits.md",
    "glossary": "versions and hashes",
    "term": "spaces, hyphens and apostrophes only: no reference fits, and no sentence",
    "hold": "a record under hold is not purged",
    "held": "the same",
    "inbox": "emptied once it is done; what waits for its key is encrypted",
    "notice": "people, hours and codes that something was said once about",
    "purged": "what is left of it",
    "purpose_said": "events and entries of the log",
    "received_by": "audiences, under a hash",
    "sealed": "for monitors alone, of no record",
    "sealed_for": "the same",
    "unsaid": "entries of the log, by number",
}
INDEX = re.compile(r"found(_\w+)?|searchable")


async def test_each_is_reached_or_has_its_reason(world: World) -> None:
    rows = await world.database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name"
    )
    tables = {row["name"] for row in rows if not INDEX.fullmatch(row["name"])}
    statements = " ".join([*purge._OF_THE_RECORD, *purge._OF_ITS_MESSAGES])
    deleted = {*re.findall(r"DELETE FROM (\w+)", statements)}
    said = {*re.findall(r"FROM (\w+)", trace._SAID)} & tables
    reached = deleted | said | {*OTHERWISE}
    assert deleted <= tables and not reached & {*NOTHING_OF_ONE}
    assert tables - reached - {*NOTHING_OF_ONE} == set(), "a new table: let a purge reach it, or say why not"
    assert ({*OTHERWISE} | {*NOTHING_OF_ONE}) <= tables


async def test_where_words_are_kept_no_reason_is_enough(world: World) -> None:
    """A table that holds free text by its columns is reached, but for those that are looked at here by name."""
    free = {"text", "title", "words", "html", "answer", "area", "reason", "record"}
    allowed = {"term", "exercise", "hold", "override", "rsvp", "vote", "held"}
    for name in {*NOTHING_OF_ONE} - allowed:
        columns = {row["name"] for row in await world.database.rows(f'PRAGMA table_info("{name}")')}
        assert not columns & free, (name, columns & free)
