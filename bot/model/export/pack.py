"""The evidence pack: an export with its proofs, its manifest, a signature, and the program that checks it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.model.checkpoint import LogKey, encoded
from bot.model.export import record as shapes
from bot.model.export.case import Case
from bot.model.export.container import Member, container
from bot.model.export.record import moment
from bot.model.inclusion import Inclusion, written

KIND, VERSION = "liaison evidence pack", 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"


def pack(case: Case, key: LogKey, files: Mapping[str, bytes]) -> bytes:
    """Return the pack of *case*, signed with the log's *key*; *files* are those of it that people read, by name.

    The same case and files make the same bytes. Raises ValueError without a log to prove it by.
    """
    if case.log is None:
        raise ValueError("a pack needs the proofs of its entries")
    return sealed(KIND, VERSION, _about(case), {**files, **_files(case, case.log)}, key)


def sealed(kind: str, version: int, about: Mapping[str, Any], parts: Mapping[str, bytes], key: LogKey) -> bytes:
    """Return the container of *parts*, with a manifest that says *about* it and lists each, signed with *key*."""
    members = {name: Member.deflated(name, data) for name, data in parts.items()}
    listed = [
        {"name": name, "size": len(parts[name]), "sha256": sha256(parts[name]).hexdigest(), "packed": one.digest}
        for name, one in sorted(members.items())
    ]
    shape = {"kind": kind, "version": version, **about, "log": key.verifier.text, "files": listed}
    manifest = shapes.encoded(shape)
    members[MANIFEST] = Member.stored(MANIFEST, manifest)
    # Its first line is of no log, so that no checkpoint reads like it.
    note = key.note(f"{kind} v{version}\n{sha256(manifest).hexdigest()}\n")
    members[SIGNATURE] = Member.stored(SIGNATURE, note.encode())
    return container(members)


def _about(case: Case) -> dict[str, Any]:
    return {
        "record": str(case.incident.ref),
        "originator": case.incident.agency,
        "agency": case.agency,
        "purpose": case.use.purpose,
        "asked_by": case.asker,
        "made_at": moment(case.made_at),
        "handling": str(case.cleared.mark),
        "entries": len(case.numbers),
        "withheld": len(case.withheld),
    }


def _files(case: Case, log: Inclusion) -> dict[str, bytes]:
    """Return what programs read, by name."""
    originals, found = [], {}
    for one in case.originals:
        name = None
        if one.whole and one.data is not None:
            name = f"originals/{one.number:06}-{one.kind}"
            found[name] = one.data
        originals.append(
            {"number": one.number, "kind": one.kind, "event": one.event_id, "sha256": one.sha256, "file": name}
        )
    consistent = [{"from": one.size, "path": [encoded(part) for part in one.path]} for one in case.consistent]
    shaped = {
        "record.json": shapes.record(case),
        "translations.json": shapes.translations(case),
        "glossary.json": shapes.terms(case),
        "corrections.json": shapes.corrections(case),
        "custody.json": shapes.custody(case),
        "not-pinned.json": shapes.unpinned(case),
        "originals.json": originals,
        "log/consistency.json": consistent,
    }
    proofs = {"log/checkpoint.txt": log.note.encode(), "log/inclusion.json": written(log).encode("utf-8", "replace")}
    return {**found, **{name: shapes.encoded(shape) for name, shape in shaped.items()}, **proofs}
