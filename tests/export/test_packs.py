"""A pack checks on a machine that has only Python, and does not after any one byte of it is changed."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import random
import sys
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.model.checkpoint import LogKey
from bot.model.export.container import Member, container
from bot.model.merkle import Tree, consistency, inclusion, leaf_hash, proof
from bot.services.export import verify

from ..world import Person, World
from .conftest import VERIFIER, checked, given, parts
from .test_exporting import let


@pytest_asyncio.fixture
async def pack(world: World, ana: Person, rosa: Person, ref: str) -> bytes:
    """Return a small pack."""
    await let(world, ref)
    await rosa.says(f"!incident note {ref} Três pessoas a bordo")
    return (await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")).data


def holds(data: bytes) -> bool:
    """Return whether the checking program finds nothing wrong, as `main` does it."""
    try:
        verify.Pack(data, None).check([])
    except (verify.Wrong, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return False
    return True


def test_the_program_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(VERIFIER.read_text())
    named = [one.module or "" if isinstance(one, ast.ImportFrom) else name.name for one in ast.walk(tree)
             if isinstance(one, ast.Import | ast.ImportFrom) for name in one.names]  # fmt: skip
    assert named and {name.split(".")[0] for name in named} <= sys.stdlib_module_names
    assert not {"socket", "urllib", "http", "subprocess"} & {name.split(".")[0] for name in named}


async def test_no_byte_can_be_changed(pack: bytes) -> None:
    assert holds(pack)
    chance = random.Random(8)
    ends = [at for mark in (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06") for at in _found(pack, mark)]
    structural = {at + n for at in ends for n in range(46) if at + n < len(pack)}
    signed = range(pack.index(b"manifest.sig") - 40, pack.index(b"manifest.sig") + 300)
    sampled = {*chance.sample(sorted(structural), 150), *chance.sample(range(len(pack)), 150), *signed[::4]}
    for at in sorted(sampled):
        changed = bytearray(pack)
        changed[at] ^= 1 << chance.randrange(8)
        assert not holds(bytes(changed)), f"byte {at} of {len(pack)}"


@pytest.mark.soak
async def test_no_byte_at_all_can_be_changed(pack: bytes) -> None:
    for at in range(len(pack)):
        changed = bytearray(pack)
        changed[at] ^= 1 << at % 8
        assert not holds(bytes(changed)), f"byte {at} of {len(pack)}"


async def test_nothing_can_be_added_taken_away_doubled_or_moved(pack: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(pack)) as found:
        files = {name: found.read(name) for name in found.namelist()}
    assert not holds(pack + b"\0") and not holds(b"\0" + pack) and not holds(pack[:-1]) and not holds(b"")
    assert not holds(pack[:-2] + b"\x01\0" + b"x"), "a comment"

    def made(**more: bytes | None) -> bytes:
        kept = {name: data for name, data in {**files, **more}.items() if data is not None}
        stored = ("manifest.json", "manifest.sig")
        return container(
            {name: (Member.stored if name in stored else Member.deflated)(name, data) for name, data in kept.items()}
        )

    assert made() == pack, "what is packed again is the same"
    assert not holds(made(extra=b"x")) and not holds(made(**{"custody.json": None}))
    assert not holds(made(**{"record.json": files["record.json"].replace(b"bordo", b"borda")}))
    members = {name: Member.deflated(name, data) for name, data in files.items()}
    assert not holds(container(members)), "the manifest lies as it must"
    stream = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = stream.compress(files["verify.py"]) + stream.flush()
    members = {name: (Member.stored if name.startswith("manifest") else Member.deflated)(name, data)
               for name, data in files.items()}  # fmt: skip
    other = {**members, "verify.py": replace(members["verify.py"], packed=packed)}
    assert holds(container(members)) and not holds(container(other)), "the same, compressed otherwise"
    doubled = io.BytesIO(pack)
    with zipfile.ZipFile(doubled, "a") as found, pytest.warns(UserWarning):
        found.writestr("record.json", b"{}")
    assert not holds(doubled.getvalue())


async def test_who_has_another_key_cannot_sign_for_the_log(world: World, pack: bytes, tmp_path: Path, ref: str) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(pack)
    key = await world.store.audit.key()
    assert key and checked(path, "--key", key.verifier.text).returncode == 0
    other = LogKey.make("BRAVO").verifier.text
    done = checked(path, "--key", other)
    assert done.returncode == 1 and "another key" in done.stdout
    assert "Compare it with the one that you were given" in checked(path).stdout


async def test_a_checkpoint_that_was_kept_apart_catches_a_log_that_was_rewritten(
    world: World, ana: Person, rosa: Person, ref: str, tmp_path: Path
) -> None:
    await let(world, ref)
    early = await world.services.audit.cut(world.clock.now())
    assert early
    file = await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")
    path, kept = tmp_path / "pack.zip", tmp_path / "checkpoint.txt"
    path.write_bytes(file.data)
    kept.write_text(early.note)
    done = checked(path, "--checkpoint", str(kept))
    assert done.returncode == 0 and f"begins with the {early.size} entries" in done.stdout, done.stdout
    key = await world.store.audit.key()
    assert key
    kept.write_text(key.sign(early.size, hashlib.sha256(b"other").digest()))
    done = checked(path, "--checkpoint", str(kept))
    assert done.returncode == 1 and "does not begin" in done.stdout


async def test_a_record_that_says_something_else_than_the_log_is_found_even_if_it_is_signed(
    world: World, pack: bytes, ref: str
) -> None:
    found = verify.Pack(pack, None)
    record = json.loads(found.files["record.json"].data)
    for name, value in (("text", "Dez pessoas"), ("sent", "2020-01-01T00:00:00+00:00"), ("agency", "FRA-PN")):
        entry = record["entries"][1] | {name: value}
        changed = {**record, "entries": [record["entries"][0], entry, *record["entries"][2:]]}
        data = json.dumps(changed).encode()
        found.files["record.json"] = verify.Member("record.json", 0, data, data)
        found.check_proofs()
        with pytest.raises(verify.Wrong, match="entry 2 of the timeline"):
            found.check_record()


async def test_an_entry_that_is_left_out_or_told_twice_is_found_even_if_it_is_signed(pack: bytes) -> None:
    found = verify.Pack(pack, None)
    record = json.loads(found.files["record.json"].data)
    entries = record["entries"]
    for other in ([entries[0], *entries[2:]], [*entries, entries[1]]):
        data = json.dumps({**record, "entries": other}).encode()
        found.files["record.json"] = verify.Member("record.json", 0, data, data)
        found.check_proofs()
        with pytest.raises(verify.Wrong, match="lacks an entry between others, or has one twice"):
            found.check_record()


async def test_a_key_that_is_mistyped_says_nothing_of_the_pack(pack: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(pack)
    done = checked(path, "--key", "BRAVO+395b8de2+AY")
    assert done.returncode == 2 and "is no key of a log" in done.stderr and not done.stdout


async def test_it_says_what_the_log_proves_and_what_was_signed_alone(pack: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(pack)
    said = checked(path).stdout
    assert "entries of the timeline say what the log says" in said
    assert "that its pages, tables and forms, or what record.json says beside timeline and reports" in said


def test_signatures_are_judged_as_the_library_judges_them() -> None:
    chance = random.Random(1)
    for length in (0, 1, 33, 300):
        key, message = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)), chance.randbytes(length)
        public, signature = key.public_key().public_bytes_raw(), key.sign(message)
        assert verify.signed(public, message, signature)
        for at in (0, 31, 32, 63):
            changed = bytearray(signature)
            changed[at] ^= 1
            assert not verify.signed(public, message, bytes(changed))
        assert not verify.signed(public, message + b"x", signature)
        more = int.from_bytes(signature[32:], "little") + verify.L
        assert not verify.signed(public, message, signature[:32] + more.to_bytes(32, "little")), "it has one form"
    # RFC 8032, section 7.1, test 2
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verify.signed(public, b"\x72", signature)


def test_proofs_are_judged_as_the_tree_makes_them() -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(40)]
    for size in range(1, 34):
        tree = Tree()
        hashes = {node.at: node.hash for leaf in leaves[:size] for node in tree.add(leaf)}
        for index in range(size):
            path = proof(inclusion(index, size), hashes.__getitem__)
            assert verify.included(leaves[index], index, size, path, tree.root)
            assert not verify.included(leaves[index + 1], index, size, path, tree.root)
            assert not verify.included(leaves[index], index, size, [*path, leaves[0]], tree.root)
        for first in range(1, size + 1):
            old = Tree()
            for leaf in leaves[:first]:
                old.add(leaf)
            path = proof(consistency(first, size), hashes.__getitem__) if first < size else []
            assert verify.extends(first, old.root, size, tree.root, path)
            assert not verify.extends(first, leaves[-1], size, tree.root, path)


def _found(data: bytes, mark: bytes) -> list[int]:
    at, found = data.find(mark), []
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1)
    return found


async def test_the_same_case_makes_the_same_bytes_and_any_program_reads_them(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    file = await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")
    with zipfile.ZipFile(io.BytesIO(file.data)) as found:
        assert {one.date_time for one in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert found.namelist() == sorted(found.namelist())
    manifest = json.loads(parts(file)["manifest.json"])
    for one in manifest["files"]:
        assert hashlib.sha256(parts(file)[one["name"]]).hexdigest() == one["sha256"]
