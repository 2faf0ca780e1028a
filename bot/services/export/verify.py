#!/usr/bin/env python3
"""Check an evidence pack of Liaison without Liaison: `python3 verify.py PACK.zip [--key KEY] [--checkpoint FILE]`.

This one file needs nothing but Python 3.11 or later: no package, no network. It exits with 0 if all that can be checked
holds, with 1 if anything does not, with 2 if it was called wrongly. Sources: RFC 8032 (Ed25519), RFC 9162 (Merkle
tree), C2SP signed-note and tlog-checkpoint, APPNOTE.TXT (the container).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

KIND, SET, VERSION = "liaison evidence pack", "liaison evidence set", 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
STORED, DEFLATED = 0, 8
DAY, TIME = 0x21, 0
"""1980-01-01, midnight: the same in every pack."""
MOST_BYTES = 1 << 30
"""How much a pack may hold once it is unpacked."""


class Wrong(Exception):
    """Something does not hold; the words say what."""


# Ed25519, RFC 8032, section 5.1

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def added(a: Point, b: Point) -> Point:
    """Return the sum of two points in extended coordinates."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return (w * x % P, y * z % P, x * y % P, w * z % P)


def times(number: int, point: Point) -> Point:
    """Return *point* added *number* times."""
    found = NEUTRAL
    while number:
        if number & 1:
            found = added(found, point)
        point, number = added(point, point), number >> 1
    return found


def unpacked(data: bytes) -> Point | None:
    """Return the point in these 32 bytes, or None if it is none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return (x, y, 1, x * y % P)


BASE = unpacked((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or NEUTRAL


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether *signature* is one of *message* by the key *public*."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, first, scalar = unpacked(public), unpacked(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or first is None or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left, right = times(scalar, BASE), added(first, times(int.from_bytes(digest, "little") % L, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# Signed notes (C2SP)


def unbase64(text: str) -> bytes:
    """Return what *text* is the base64 of; raise Wrong if it is not written in the one usual way."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise Wrong("something that should be base64 is not")
    return data


class Key(NamedTuple):
    """A log's name and the public half of its key."""

    name: str
    public: bytes

    @classmethod
    def of(cls, text: str) -> Key:
        """Return the key that is written NAME+ID+KEY."""
        name, _, rest = text.strip().partition("+")
        id, _, key = rest.partition("+")
        data = unbase64(key)
        found = cls(name, data[1:])
        if not name or data[:1] != b"\x01" or len(data) != 33 or found.id.hex() != id:
            raise Wrong(f"{text!r} is no key of a log")
        return found

    @property
    def id(self) -> bytes:
        """The four bytes by which signatures name it."""
        return hashlib.sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]

    def opened(self, note: bytes, what: str) -> str:
        """Return the text of a note; raise Wrong unless this key has signed it. Other keys count for nothing."""
        text, empty, lines = note.decode("utf-8", "replace").rpartition("\n\n")
        if not empty or not lines.endswith("\n"):
            raise Wrong(f"{what} is no signed note")
        text, own = text + "\n", 0
        for line in lines[:-1].split("\n"):
            dash, name, signature = (*line.split(" "), "", "")[:3]
            data = unbase64(signature)
            if dash != "\u2014" or line.count(" ") != 2:
                raise Wrong(f"{what} has a line that is no signature")
            if (name, data[:4]) == (self.name, self.id):
                own += 1
                if not signed(self.public, text.encode(), data[4:]):
                    raise Wrong(f"{what}: the signature does not hold")
        if own != 1:
            raise Wrong(f"{what} is not signed once by the key of {self.name}")
        return text


# The Merkle tree, RFC 9162, sections 2.1.3.2 and 2.1.4.2


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether *path* leads from the leaf *index* to the *root* of a tree of *size* leaves."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(other, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def extends(first: int, old: bytes, second: int, new: bytes, path: Sequence[bytes]) -> bool:
    """Return whether the tree of *second* leaves begins with that of *first*."""
    if first == second:
        return old == new and not path
    if not 0 < first < second or not path:
        return False
    steps = [old, *path] if first & (first - 1) == 0 else [*path]
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    one = other = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            one, other = node(step, one), node(step, other)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            other = node(other, step)
        at, last = at >> 1, last >> 1
    return last == 0 and one == old and other == new


# The container: a zip that has one form for its members, so that each of its bytes is accounted for


class Member(NamedTuple):
    """A file in the container: as it lies there, and as it is."""

    name: str
    method: int
    packed: bytes
    data: bytes


def container(members: Iterable[Member]) -> bytes:
    """Return the only container that holds just these members in this order."""
    parts: list[bytes] = []
    index, at, count = b"", 0, 0
    for one in members:
        name = one.name.encode()
        sizes = zlib.crc32(one.data), len(one.packed), len(one.data), len(name), 0
        common = struct.pack("<HHHHHIIIHH", 20, 0, one.method, TIME, DAY, *sizes)
        parts += [b"PK\x03\x04" + common + name, one.packed]
        index += b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + name
        at, count = at + 30 + len(name) + len(one.packed), count + 1
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(index), at, 0)
    return b"".join([*parts, index, end])


def members_of(data: bytes) -> dict[str, Member]:
    """Return what the container holds, by name; raise Wrong for one of any other form, a byte more or less included."""
    found: dict[str, Member] = {}
    at = total = 0
    while data[at : at + 4] == b"PK\x03\x04":
        if len(data) < at + 30:
            raise Wrong("the file ends too early")
        _, _, method, _, _, _, packed, size, name_size, extra = struct.unpack("<HHHHHIIIHH", data[at + 4 : at + 30])
        name = data[at + 30 : at + 30 + name_size].decode("ascii", "replace")
        at += 30 + name_size + extra
        total += size
        if total > MOST_BYTES:
            raise Wrong("the pack holds more than a pack may")
        one = Member(name, method, data[at : at + packed], inflated(method, data[at : at + packed], size, name))
        at += packed
        if name in found:
            raise Wrong(f"the pack holds {name} twice")
        found[name] = one
    if not found or [*found] != sorted(found) or container(found.values()) != data:
        raise Wrong("the file is no pack, or was changed: its form is not the one that a pack has")
    return found


def inflated(method: int, packed: bytes, size: int, name: str) -> bytes:
    """Return the *size* bytes of a member."""
    if method == STORED:
        return packed
    try:
        stream = zlib.decompressobj(-15)
        data = stream.decompress(packed, size + 1)
        whole = stream.eof and not stream.unused_data and len(data) == size
    except zlib.error:
        whole = False
    if method != DEFLATED or not whole:
        raise Wrong(f"{name} cannot be unpacked")
    return data


# The pack


class Sealed:
    """What has a manifest that is signed; what was found in it is said in `lines`."""

    kind = KIND

    def __init__(self, data: bytes, key: Key | None) -> None:
        self.files = members_of(data)
        self.lines: list[str] = []
        self.manifest = self.json(MANIFEST)
        if (self.manifest.get("kind"), self.manifest.get("version")) != (self.kind, VERSION):
            raise Wrong("it is no evidence pack, or one of a later form")
        self.key = Key.of(self.manifest["log"])
        if key and key != self.key:
            raise Wrong("it was signed with another key than the one given with --key")

    def json(self, name: str) -> Any:
        """Return what a file of the pack says."""
        if name not in self.files:
            raise Wrong(f"{name} is missing")
        return json.loads(self.files[name].data)

    def check(self, kept: Sequence[bytes]) -> None:
        """Check everything; raise Wrong at the first that does not hold."""
        self.check_manifest()

    @property
    def records(self) -> list[str]:
        """The records that it is of."""
        return [self.manifest["record"]]

    def say(self, line: str) -> None:
        """Keep what was found."""
        self.lines.append(line)

    def check_manifest(self) -> None:
        """Check the signature and that the pack holds just what was signed, as it was."""
        digest = hashlib.sha256(self.files[MANIFEST].data).hexdigest()
        if SIGNATURE not in self.files:
            raise Wrong(f"{SIGNATURE} is missing")
        note = self.files[SIGNATURE].data
        text = self.key.opened(note, SIGNATURE)
        if text != f"{self.kind} v{VERSION}\n{digest}\n" or note.count(b"\n") != 4:
            raise Wrong(f"{SIGNATURE} is not of this manifest")
        if any(self.files[name].method != STORED for name in (MANIFEST, SIGNATURE)):
            raise Wrong("the manifest does not lie as it must")
        listed = {one["name"]: one for one in self.manifest["files"]}
        if {*listed, MANIFEST, SIGNATURE} != {*self.files} or len(listed) != len(self.manifest["files"]):
            raise Wrong("the pack does not hold just the files of its manifest")
        for name, one in listed.items():
            file = self.files[name]
            found = hashlib.sha256(file.data).hexdigest(), hashlib.sha256(file.packed).hexdigest(), len(file.data)
            if found != (one["sha256"], one["packed"], one["size"]):
                raise Wrong(f"{name} was changed")
        self.say(f"{len(listed)} files are as they were signed, with the key {self.key.name}+{self.key.id.hex()}")


class Set(Sealed):
    """Several packs, or other files, in one."""

    kind = SET

    @property
    def records(self) -> list[str]:
        """The records that it is of."""
        return list(self.manifest["records"])

    def check(self, kept: Sequence[bytes]) -> None:
        """Check the whole, and each pack in it; raise Wrong at the first that does not hold."""
        super().check(kept)
        packs = self.packs()
        for pack in packs:
            try:
                pack.check(kept)
            except Wrong as error:
                raise Wrong(f"{pack.records[0]}: {error}") from error
            self.lines += [f"{pack.records[0]}: {line}" for line in pack.lines]
        if not packs:
            self.say("it holds no packs: that its files are as they were signed is shown, and nothing of what they say")
        elif sorted(pack.records[0] for pack in packs) != sorted(self.records):
            raise Wrong("it does not hold just one pack of each record that its manifest names")

    def packs(self) -> list[Pack]:
        """Return the packs in it, by name; raise Wrong for one of another key, originator, agency or purpose."""
        found = [Pack(one.data, self.key) for name, one in self.files.items() if name.endswith(".zip")]
        for pack in found:
            if any(pack.manifest[name] != self.manifest[name] for name in ("originator", "agency", "purpose")):
                raise Wrong(f"the pack of {pack.records[0]} was made for something else than this set")
        return found


class Pack(Sealed):
    """A pack whose parts are checked one after another."""

    def __init__(self, data: bytes, key: Key | None) -> None:
        super().__init__(data, key)
        self.checkpoint()

    def check(self, kept: Sequence[bytes]) -> None:
        """Check everything; raise Wrong at the first that does not hold."""
        super().check(kept)
        self.check_proofs()
        self.check_record()
        self.check_reports()
        self.check_originals()
        self.check_kept(kept)

    def checkpoint(self) -> None:
        """Read the checkpoint that the proofs are for."""
        text = self.key.opened(self.files["log/checkpoint.txt"].data, "the checkpoint")
        origin, size, root = text.split("\n")[:3]
        if origin != self.key.name:
            raise Wrong("the checkpoint is of another log")
        self.size, self.root = int(size), unbase64(root)

    def check_proofs(self) -> None:
        """Check that each entry shown is in the log, and what it says with it."""
        self.entries: dict[int, tuple[dict[str, Any], dict[str, Any] | None]] = {}
        shown = self.json("log/inclusion.json")
        if shown["size"] != self.size:
            raise Wrong("the proofs are for another checkpoint")
        for one in shown["entries"]:
            envelope, index = one["envelope"].encode(), one["index"]
            leaf = hashlib.sha256(b"\x00" + envelope).digest()
            said = json.loads(envelope)
            if not included(leaf, index, self.size, [unbase64(part) for part in one["path"]], self.root):
                raise Wrong(f"entry {index} is not in the log")
            content = None
            if "content" in one:
                inside = bytes.fromhex(one["salt"]) + one["content"].encode()
                if hashlib.sha256(inside).hexdigest() != said["content"]:
                    raise Wrong(f"the content of entry {index} was changed")
                content = json.loads(one["content"])
            if said["index"] != index or index in self.entries:
                raise Wrong(f"entry {index} is not where it was written")
            self.entries[index] = said, content
        self.say(f"{len(self.entries)} entries are in the log of {self.size}, head {self.root.hex()[:8]}")

    def check_record(self) -> None:
        """Check that the timeline says what the log says."""
        record, proved, emptied, withheld = self.json("record.json"), 0, 0, 0
        if record["ref"] != self.manifest["record"]:
            raise Wrong("the record is another than the manifest says")
        for entry in record["entries"]:
            if entry["logged"] is None:
                withheld += 1
                continue
            what = f"entry {entry['number']} of the timeline"
            content = self.logged(what, entry, f"incident.{entry['kind']}", record["ref"], entry["entered"])
            if content is None:
                emptied += 1
            elif any(entry[name] != content[name] for name in content):
                raise Wrong(f"{what} says something else in the log")
            else:
                proved += 1
        # What tells of other records has a number below zero, and may be left out; a log cannot be numbered anew.
        numbers = sorted(entry["number"] for entry in record["entries"] if entry["number"] > 0)
        if numbers != [*range(1, len(numbers) + 1)]:
            raise Wrong("the timeline lacks an entry between others, or has one twice")
        self.say(f"{proved} entries of the timeline say what the log says")
        if emptied:
            self.say(f"of {emptied} more the log holds only that they were made: their content was deleted")
        if withheld:
            self.say(f"{withheld} are withheld by their label: only that they are there is shown")

    def logged(self, what: str, told: dict[str, Any], kind: str, ref: str, moment: str) -> dict[str, Any] | None:
        """Return what the log holds of *what* the record has *told*: None if its content was deleted there."""
        if told["logged"] not in self.entries:
            raise Wrong(f"{what} has no proof")
        envelope, content = self.entries[told["logged"]]
        if (envelope["kind"], envelope["ref"]) != (kind, ref):
            raise Wrong(f"{what} is another in the log")
        if envelope["agency"] != told["agency"] or moment[:23] != envelope["time"][:23]:
            raise Wrong(f"{what} has another agency or time in the log")
        return content

    def check_reports(self) -> None:
        """Check that each revision of a report says what the log says of it."""
        record, proved, emptied = self.json("record.json"), 0, 0
        told = {(one["values"]["report"], one["values"]["revision"]): one["number"] for one in record["entries"]
                if one["logged"] is not None and one["kind"] == "report"}  # fmt: skip
        for report in record["reports"]:
            name = f"revision {report['revision']} of the report {report['ref']}"
            content = self.logged(name, report, f"report.{report['template']}", report["ref"], report["made_at"])
            if report["incident"] != record["ref"] or told.get((report["ref"], report["revision"])) != report["number"]:
                raise Wrong(f"{name} is not the one of which the timeline tells")
            if content is None:
                emptied += 1
            elif any(report[key] != content[key] for key in content):
                raise Wrong(f"{name} says something else in the log")
            else:
                proved += 1
        self.say(f"{proved} revisions of reports say what the log says")
        if emptied:
            self.say(f"of {emptied} more the log holds only that they were made, or more than is shown of them")

    def check_originals(self) -> None:
        """Check the messages and files that the pack holds against the digests on the timeline."""
        entries = self.json("record.json")["entries"]
        whose = {entry["number"]: entry["values"] for entry in entries if entry["logged"] is not None}
        count = 0
        for one in self.json("originals.json"):
            values = whose[one["number"]]
            wanted = {
                values.get("sha256"),
                (values.get("edit") or {}).get("sha256"),
                (values.get("file") or {}).get("sha256"),
            }
            if one["sha256"] not in wanted:
                raise Wrong(f"an original of entry {one['number']} is not the one on the timeline")
            if one["file"] is not None:
                count += 1
                if one["file"] not in self.files:
                    raise Wrong(f"{one['file']} is missing")
                if hashlib.sha256(self.files[one["file"]].data).hexdigest() != one["sha256"]:
                    raise Wrong(f"{one['file']} is not what was pinned")
        missing = len(self.json("originals.json")) - count
        self.say(f"{count} originals are what was pinned; of {missing} only the digest is there")

    def check_kept(self, kept: Sequence[bytes]) -> None:
        """Check the log against checkpoints that were kept apart."""
        proofs = {one["from"]: one for one in self.json("log/consistency.json")}
        for note in kept:
            text = self.key.opened(
                note[max(0, note.find(f"{self.key.name}\n".encode())) :], "the checkpoint that was kept"
            )
            size, root = int(text.split("\n")[1]), unbase64(text.split("\n")[2])
            path = [unbase64(part) for part in proofs[size]["path"]] if size in proofs else []
            if size != self.size and size not in proofs:
                raise Wrong(f"the pack holds no proof from a checkpoint of {size} entries to its own of {self.size}")
            if not extends(size, root, self.size, self.root, path):
                raise Wrong(f"the log does not begin as the checkpoint of {size} entries says")
            self.say(f"the log begins with the {size} entries of the checkpoint that was kept")


def opened(data: bytes, key: Key | None) -> Sealed:
    """Return the pack that these bytes are, or the set of several; raise Wrong if they are neither."""
    try:
        manifest = json.loads(members_of(data)[MANIFEST].data)
    except KeyError:
        raise Wrong(f"{MANIFEST} is missing") from None
    return (Set if manifest.get("kind") == SET else Pack)(data, key)


CANNOT = """What no pack can show:
- that it is complete: nothing says what was never recorded, or left out before it was signed. not-pinned.json lists
  messages around those that were pinned which were not.
- that its pages, tables and forms, or what record.json says beside timeline and reports, say the same as these: they
  are as they were signed. What is proved by the log is said above.
- that times are true: they are the homeserver's, and the bot's.
- that a person sent what stands under their name beyond what their device and homeserver say.
- that a translation is right. `liaison pack rerun` makes them again."""


def read(name: str) -> bytes:
    """Return the bytes of a file."""
    with open(name, "rb") as file:
        return file.read()


def main(arguments: Sequence[str]) -> int:
    """Check the pack; print what was found; return 0 if it holds, 1 if not."""
    parser = argparse.ArgumentParser(description="Check an evidence pack of Liaison. Needs no network.")
    parser.add_argument("pack")
    parser.add_argument("--key", help="the key of the log, NAME+ID+KEY, as your agency was given it")
    parser.add_argument("--checkpoint", action="append", default=[], help="a checkpoint of the log that was kept apart")
    given = parser.parse_args(arguments)
    try:
        data = read(given.pack)
        kept = [read(name) for name in given.checkpoint]
        key = Key.of(given.key) if given.key else None
    except OSError as error:
        print(f"It cannot be read: {error}", file=sys.stderr)
        return 2
    except Wrong:
        print(f"--key: {given.key!r} is no key of a log, NAME+ID+KEY. Nothing was checked.", file=sys.stderr)
        return 2
    try:
        pack = opened(data, key)
        pack.check(kept)
    except Wrong as error:
        print(f"WRONG: {error}.")
        return 1
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        print(f"WRONG: it has a form that no pack has ({type(error).__name__}).")
        return 1
    said = pack.manifest
    records = ", ".join(pack.records)
    print(f"{records} of {said['originator']}, for {said['agency']}, made {said['made_at']}: all of it holds.")
    for line in pack.lines:
        print(f"- {line}")
    if not given.key:
        print(f"The key is the one in the pack. Compare it with the one that you were given: {said['log']}")
    if not kept:
        print("No checkpoint was given: that the log was rewritten by who has its key would not show.")
    print(CANNOT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
