"""A real pack in which a byte, a file or a name is another: the program in it never says that it holds."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.model.checkpoint import LogKey
from bot.model.export.container import Member, container
from bot.model.export.pack import sealed
from bot.services.export import verify

from ..fakes import ROOM
from ..world import Person, World
from .conftest import checked, given
from .test_exporting import let
from .test_forms import pins

SAMPLED = 400
HEADER, END = 30, 22
"""How long the header of a file is, without its name, and what stands at the end of a container."""


@pytest_asyncio.fixture
async def path(world: World, ana: Person, rosa: Person, ref: str, tmp_path: Path) -> Path:
    """Return a pack with a translation, an original and a correction."""
    await let(world, ref)
    world.person("kate")
    await pins(world, rosa, ref, "Vi dois barcos")
    await rosa.says(f"!incident note {ref} Três pessoas a bordo")
    found = tmp_path / "pack.zip"
    found.write_bytes((await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation", ROOM)).data)
    return found


def fails(path: Path, data: bytes) -> bool:
    """Return whether the program, run as it is in this process, says that *data* does not hold."""
    path.write_bytes(data)
    return verify.main([str(path)]) == 1


def other(data: bytes, at: int, chance: random.Random) -> bytes:
    """Return *data* with another byte *at* there."""
    changed = bytearray(data)
    changed[at] ^= chance.randrange(1, 256)
    return bytes(changed)


def places(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield the first, middle and last byte of each file as it lies there, and all bytes of headers and names."""
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        infos = found.infolist()
        start = found.start_dir
    for one in infos:
        begin = one.header_offset + HEADER + len(one.filename)
        for where, at in (("first", 0), ("middle", one.compress_size // 2), ("last", one.compress_size - 1)):
            yield f"the {where} byte of {one.filename}", begin + at
    yield from ((f"the directory at {at}", at) for at in range(start, len(data), 7))
    one = infos[-1]
    head = range(one.header_offset, one.header_offset + HEADER + len(one.filename))
    yield from ((f"the header of {one.filename} at {at}", at) for at in head)
    yield from ((f"the end at {at}", at) for at in range(len(data) - END, len(data)))


async def test_a_byte_of_each_file_and_of_what_holds_them_together(path: Path) -> None:
    data, chance = path.read_bytes(), random.Random(20)
    assert verify.main([str(path)]) == 0
    for what, at in places(data):
        assert fails(path, other(data, at, chance)), what


async def test_a_byte_anywhere(path: Path) -> None:
    data, chance = path.read_bytes(), random.Random(21)
    for at in sorted(chance.sample(range(len(data)), SAMPLED)):
        assert fails(path, other(data, at, chance)), f"byte {at} of {len(data)}"
        if at % 8 == 0:
            assert fails(path, data[:at] + data[at + 1 :]), f"without byte {at}"
            assert fails(path, data[:at] + b"\0" + data[at:]), f"with a byte more at {at}"


async def test_a_file_more_less_renamed_or_exchanged_whoever_writes_the_container(path: Path) -> None:
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        files = {name: found.read(name) for name in found.namelist()}
    stored = {"manifest.json", "manifest.sig"}
    members = {name: (Member.stored if name in stored else Member.deflated)(name, one) for name, one in files.items()}
    assert container(members) == data, "what is tried below is written as the bot writes it"
    for name, one in members.items():
        assert fails(path, container({key: two for key, two in members.items() if key != name})), f"no {name}"
        moved = {key: two for key, two in members.items() if key != name} | {f"{name}x": replace(one, name=f"{name}x")}
        assert fails(path, container(moved)), f"{name} renamed"
        empty = replace(Member.deflated(name, b""), method=one.method)
        assert fails(path, container({**members, name: empty})), f"{name} empty"
    for name in ("another.txt", "originals/999999-file", ".hidden", "manifest.json.sig"):
        assert fails(path, container({**members, name: Member.deflated(name, b"x")})), f"{name} added"
    pairs = [("record.json", "custody.json"), ("incident.html", "README.txt"), ("manifest.sig", "log/checkpoint.txt")]
    for one, two in pairs:
        changed = {**members, one: replace(members[two], name=one), two: replace(members[one], name=two)}
        assert fails(path, container(changed)), f"{one} and {two} exchanged"
    reversed_ = io.BytesIO()
    with zipfile.ZipFile(reversed_, "w", zipfile.ZIP_DEFLATED) as made:
        for name in reversed(files):
            made.writestr(name, files[name])
    assert fails(path, reversed_.getvalue()), "the same files, packed by another program"


async def test_who_writes_the_manifest_anew_needs_the_key_to_sign_it(world: World, path: Path) -> None:
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        files = {name: found.read(name) for name in found.namelist()}
    key = await world.store.audit.key()
    assert key

    def made(changed: bytes, key: LogKey, note: bytes | None = None) -> bytes:
        parts = {**files, "custody.json": changed}
        manifest = json.loads(parts.pop("manifest.json"))
        signature = parts.pop("manifest.sig")
        kept = {name: manifest[name] for name in manifest if name not in ("kind", "version", "files", "log")}
        whole = sealed(manifest["kind"], manifest["version"], kept, parts, key)
        if note is None:
            return whole
        with zipfile.ZipFile(io.BytesIO(whole)) as again:
            stored = {name: Member.stored(name, again.read(name)) for name in ("manifest.json", "manifest.sig")}
        stored["manifest.sig"] = Member.stored("manifest.sig", signature)
        return container({**{name: Member.deflated(name, one) for name, one in parts.items()}, **stored})

    same, other_ = files["custody.json"], b"[]\n" if files["custody.json"] != b"[]\n" else b"[ ]\n"
    path.write_bytes(made(same, key))
    assert verify.main([str(path)]) == 0 and json.loads(files["manifest.json"])["files"], (
        "it is written as the bot does"
    )
    assert fails(path, made(other_, key, files["manifest.sig"])), "with the signature of the old one"
    assert fails(path, made(other_, LogKey.make("BRAVO"))), "by a key that has not signed the log"
    assert not fails(path, made(other_, key)), "nothing but the key keeps whoever has it from that"


async def test_the_program_alone_says_so_too(path: Path) -> None:
    data, chance = path.read_bytes(), random.Random(22)
    done = checked(path)
    assert done.returncode == 0 and "all of it holds" in done.stdout and "complete" in done.stdout
    for at in (0, 10, len(data) // 3, len(data) // 2, len(data) - 30, len(data) - 1):
        path.write_bytes(other(data, at, chance))
        done = checked(path)
        assert done.returncode == 1 and done.stdout.startswith("WRONG") and not done.stderr, f"byte {at}"
        assert "holds." not in done.stdout
