"""Files that people import and operators name, cut, doubled and flipped: each is taken or refused, in a short time.

`tests/model/test_term_files.py` has bytes of no shape at all; here are files of the right shape with something wrong.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyrage.x25519 import Identity

from bot.backup import archive
from bot.backup.archive import BackupRefused, Manifest
from bot.config import ConfigError, load
from bot.config.gazetteer import read_points
from bot.errors import UserError
from bot.model.person import Zone
from bot.model.shift import calendar
from bot.services.term.reading import read as read_terms

from .fakes import NOON
from .fuzz import ODD

SECONDS = 10.0
EXAMPLE = Path("config.example.toml").resolve()

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VTIMEZONE
TZID:Europe/Lisbon
BEGIN:STANDARD
DTSTART:20201025T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
SUMMARY:Gate
DTSTART;TZID=Europe/Lisbon:20261123T060000
DTEND;TZID=Europe/Lisbon:20261123T140000
RRULE:FREQ=DAILY;INTERVAL=2;COUNT=9
EXDATE;TZID=Europe/Lisbon:20261125T060000
ATTENDEE;CN=Ana:mailto:ana@gnr.example
END:VEVENT
BEGIN:VEVENT
UID:1
RECURRENCE-ID;TZID=Europe/Lisbon:20261127T060000
SUMMARY:Gate
DTSTART;TZID=Europe/Lisbon:20261127T070000
DURATION:PT8H
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()
SHEET = b"in,to,source,target,status\nen,pt,green card,carta verde,approved\nen,pt,hold fire,cessar fogo,\n"
TBX = (
    b'<?xml version="1.0"?><tbx style="dct" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">'
    b"<text><body>"
    b'<conceptEntry id="c1"><langSec xml:lang="en"><termSec><term>green card</term></termSec></langSec>'
    b'<langSec xml:lang="pt">'
    b"<termSec><term>carta verde</term></termSec></langSec></conceptEntry></body></text></tbx>"
)
POINTS = b"name,latitude,longitude,kind,aliases\nGuarda,40.5367,-7.2683,,G|GD\nPorto,41.1496,-8.6110,,\n"
CONFIGURATION = EXAMPLE.read_bytes()

HURTING = (
    b"\x00", b"\xff", b'"', b"'", b"\\u0000", b"2026-02-30", b"[" * 9, b"9" * 5000, b"=", b"\n", b"-", b"99999999999",
    b";", b"{", b"1e9", *(odd.encode() for odd in ODD),
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return *whole* with a few places cut, doubled, or written over by what hurts."""
    data = bytearray(whole)
    for _spot in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        to = at + draw(st.integers(0, 30))
        twice = st.just(bytes(data[at:to]) * 2)
        put = draw(st.sampled_from(HURTING) | st.binary(max_size=4) | twice)
        data[at:to] = put
    return bytes(data)


def calendar_file(data: bytes) -> None:
    calendar.read(data, Zone("Europe/Lisbon"), NOON)


def points(data: bytes) -> None:
    read_points(data.decode("utf-8", "replace"))


def configuration(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "liaison.toml"
        file.write_bytes(data)
        load(file)


READERS: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "calendar": (CALENDAR, calendar_file),
    "sheet": (SHEET, read_terms),
    "tbx": (TBX, read_terms),
    "points": (POINTS, points),
    "configuration": (CONFIGURATION, configuration),
}


def taken_or_refused(read: Callable[[bytes], Any], data: bytes) -> None:
    begun = time.perf_counter()
    try:
        read(data)
    except UserError as error:
        assert error.messages
    except ConfigError as error:
        assert error.faults
    assert time.perf_counter() - begun < SECONDS


def bounded(examples: int) -> Any:
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("kind", READERS)
def test_a_sound_file_is_taken(kind: str) -> None:
    whole, read = READERS[kind]
    if kind == "configuration":
        with pytest.raises(ConfigError, match="password_file"):
            read(whole)
    else:
        read(whole)


@pytest.mark.parametrize("kind", READERS)
@bounded(40)
@given(data=st.data())
def test_a_spoilt_file_is_taken_or_refused(kind: str, data: st.DataObject) -> None:
    whole, read = READERS[kind]
    taken_or_refused(read, data.draw(spoilt(whole)))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", READERS)
@bounded(20_000)
@given(data=st.data())
def test_twenty_thousand_spoilt_files_are_taken_or_refused(kind: str, data: st.DataObject) -> None:
    whole, read = READERS[kind]
    taken_or_refused(read, data.draw(spoilt(whole)))


# Backups

IDENTITY = Identity.generate()


def backed_up() -> bytes:
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / name for name in archive.FILES}
        for file in files.values():
            file.write_bytes(b"a database" * 500)
        members: dict[str, archive.Member] = {archive.STORAGE_KEY: b"key", **files}
        digests = {name: archive.digest(member) for name, member in members.items()}
        manifest = Manifest(archive.FORMAT, "1", NOON, "@liaison:example.org", "DEVICE", 3, digests)
        to = io.BytesIO()
        archive.write(manifest, members, IDENTITY.to_public(), to)
        return to.getvalue()


BACKUP = backed_up()


def restored(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        archive.read(io.BytesIO(data), IDENTITY, Path(folder))


@bounded(40)
@given(spoilt(BACKUP))
def test_a_backup_is_whole_or_refused(data: bytes) -> None:
    if data == BACKUP:
        return restored(data)
    with pytest.raises(BackupRefused):
        restored(data)


@pytest.mark.soak
@pytest.mark.parametrize("bit", [0, 7])
def test_no_bit_of_a_backup_can_be_flipped(bit: int) -> None:
    for at in range(len(BACKUP)):
        flipped = bytearray(BACKUP)
        flipped[at] ^= 1 << bit
        with pytest.raises(BackupRefused):
            restored(bytes(flipped))
