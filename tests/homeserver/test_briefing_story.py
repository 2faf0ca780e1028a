"""The week in which Europe changes its clocks and Türkiye does not: a weekly briefing, from its plan to its end."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver

from ..calendars import Readers
from .briefing_story import AGENCIES, AGENCY, Elsewhen, Weeks, utc
from .conftest import PASSWORD, OfficerFactory, localpart, tables
from .digests import told
from .rooms import border_north, record

TEXTS = Path(__file__).with_name("briefing_texts.json")
"""What each of them reads, as a person has read it: the words, with names for what differs from run to run."""
EVERYBODY = tuple(AGENCY)
WEDNESDAYS = ("2027-03-24T07:00", "2027-03-31T06:00", "2027-04-07T06:00", "2027-04-14T06:00", "2027-04-21T06:00")
"""When it is nine in Athens, by the clock of Greenwich."""
END = "2027-04-28"
FIRST = '"Πρώτη συνάντηση"'


async def polled(weeks: Weeks) -> None:
    """Let Eleni ask when they can meet first: Derya cannot at one of the times, so it is the other."""
    asked = await weeks.does("eleni", "poll", f"!briefing poll {FIRST} 2027-03-22 15:00, 17:00 by:2027-03-22 13:00")
    opened = await weeks.answers("eleni", asked, "ask")
    weeks.names[str(record(opened)["ref"])] = "FIRST"
    weeks.read["eleni asks"] = weeks.plain(opened)
    for who in EVERYBODY:
        question = await weeks.asked(who, "is asked", "briefing poll")
        second = await weeks.chooses(who, "answers first", question, "no" if who == "derya" else "yes")
        await weeks.chooses(who, "answers second", second, "maybe" if who == "ana" else "yes")
    await weeks.hear("found a time", *EVERYBODY)
    weeks.stands("2027-03-22T14:00:01")
    await weeks.hear("an hour before the first", *EVERYBODY)
    weeks.stands("2027-03-22T15:30:01")


async def planned(weeks: Weeks, readers: Readers) -> None:
    """Let Eleni plan a weekly briefing by the clock of Athens; everybody hears of it by their own.

    Its title is in a language that no engine is installed for: how fast one is does not decide what they read.
    """
    asked = await weeks.does(
        "eleni",
        "plan",
        '!ενημέρωση προγραμματισμός "Σχέδιο της εβδομάδας στα σύνορα" 2027-03-24 09:00 για:30m κάθε:εβδομάδα',
    )
    saved = await weeks.answers("eleni", asked, "save")
    weeks.ref = str(record(saved)["ref"])
    weeks.names[weeks.ref] = "BRIEF"
    weeks.read["eleni saves"] = weeks.plain(saved)
    await weeks.hear("planned", "kate", "ana", "derya")
    await weeks.board("planned", status="planned", begins="2027-03-24T09:00:00+02:00")
    await takes(weeks, readers, "planned", *WEDNESDAYS, sequences=(0,))


async def reminded(weeks: Weeks) -> None:
    """Let the day and the hour before come, by the clock that counts until the end of March."""
    for what, moment in (("a day before", "2027-03-23T07:00:01"), ("an hour before", "2027-03-24T06:00:01")):
        weeks.stands(moment)
        await weeks.hear(what, *EVERYBODY)
    weeks.stands("2027-03-24T07:30:01")
    await weeks.board("of the next", begins="2027-03-31T09:00:00+03:00")


async def changed(weeks: Weeks) -> None:
    """Let the clocks change, and the bot be down over a reminder: it comes late, once, and by the new clocks."""
    await weeks.down("2027-03-30T08:00:00")
    await weeks.hear("late", *EVERYBODY)
    await weeks.down()
    await weeks.nobody_else()
    weeks.stands("2027-03-31T05:00:01")
    await weeks.hear("an hour before, then", *EVERYBODY)
    await held(weeks)
    weeks.stands("2027-03-31T06:30:01")
    await weeks.board("after the change", begins="2027-04-07T09:00:00+03:00")
    await summed_up(weeks, "has of the day", "2027-03-31T06:30:01", "briefing")


async def summed_up(weeks: Weeks, what: str, moment: str, name: str = "") -> None:
    """Let Kate, who leads, and Ana, who coordinates, ask what the day has brought by *moment* (UTC)."""
    for who, language in (("kate", "en"), ("ana", "pt")):
        weeks.stands(moment)
        digest = (await told(weeks, {who: language}, "kate", {}, name))[who]
        weeks.read[f"{who} {what}"] = "\n".join(digest.lines)


async def held(weeks: Weeks) -> None:
    """Let it be held: who is there says so, Ana is not, and reads the minutes afterwards."""
    weeks.stands("2027-03-31T06:00:01")
    for who in EVERYBODY:
        question = await weeks.asked(who, "is there", "briefing attend")
        if who != "ana":
            await weeks.chooses(who, "is noted", question, "present")
    written = await weeks.asks("eleni", "!briefing minutes Το πλοίο είναι στο λιμάνι.")
    weeks.names[str(record(written)["ref"])] = "MINUTES"
    weeks.read["eleni minutes"] = weeks.plain(written)
    await weeks.does("eleni", "decision", "!briefing minutes decision Κλείνουμε τη γέφυρα τη νύχτα.")
    question = await weeks.asked("kate", "reads back", "briefing minutes")
    await weeks.chooses("kate", "confirms", question, "right")
    await weeks.does("derya", "minutes", "!briefing minutes")
    asked = await weeks.does("eleni", "would close", "!briefing minutes close")
    await weeks.chooses("eleni", "closes", asked, "save")
    question = await weeks.asked("ana", "catches up", "briefing minutes")
    await weeks.chooses("ana", "has read", question, "read")


async def moved(weeks: Weeks, readers: Readers) -> None:
    """Let Eleni move the next by an hour; the bot is killed between what it asks and what she answers."""
    asked = await weeks.does("eleni", "move", "!ενημέρωση μεταφορά 10:00")
    await weeks.down()
    await weeks.chooses("eleni", "moves", asked, "save")
    await weeks.hear("moved", "kate", "ana", "derya")
    await weeks.board("moved", revision=1)
    first, second, _, *others = WEDNESDAYS
    await takes(weeks, readers, "moved", first, second, "2027-04-07T07:00", *others, sequences=(1, 1))


async def skipped(weeks: Weeks, readers: Readers) -> None:
    """Let Eleni leave out the one after that."""
    asked = await weeks.does("eleni", "skip", "!ενημέρωση παράλειψη on:2027-04-14")
    await weeks.chooses("eleni", "leaves out", asked, "save")
    await weeks.hear("left out", "kate", "ana", "derya")
    first, second, _, _, last = WEDNESDAYS
    await takes(weeks, readers, "left out", first, second, "2027-04-07T07:00", last, sequences=(2, 2))
    weeks.stands("2027-04-06T07:00:01")
    await weeks.hear("a day before the moved one", *EVERYBODY)
    weeks.stands("2027-04-07T06:00:01")
    await weeks.hear("an hour before the moved one", *EVERYBODY)
    weeks.stands("2027-04-07T07:30:01")
    await weeks.board("past the one left out", begins="2027-04-21T09:00:00+03:00")
    for moment in ("2027-04-13T06:00:01", "2027-04-14T05:00:01"):
        weeks.stands(moment)
        await weeks.nobody_else()
    await summed_up(weeks, "has of the day left out", "2027-04-14T12:00:01")


async def cancelled(weeks: Weeks, readers: Readers) -> None:
    """Let Kate, who leads, cancel what is left; nobody is reminded any more."""
    asked = await weeks.does("kate", "cancel", "!briefing cancel")
    await weeks.chooses("kate", "cancels", asked, "save")
    await weeks.hear("cancelled", "ana", "eleni", "derya")
    await weeks.board("cancelled", status="cancelled")
    for who, taken in (await weeks.exports("cancelled", readers, END)).items():
        assert (taken.method, taken.times) == ("CANCEL", []), who
        assert {one.status for one in taken.found} == {"CANCELLED"}, who
    weeks.stands("2027-04-20T06:00:01")
    await weeks.nobody_else()


async def takes(weeks: Weeks, readers: Readers, what: str, *begins: str, sequences: tuple[int, ...]) -> None:
    """See that both calendars take everybody's file for half-hours from *begins* (UTC) on, with their reminders."""
    files = await weeks.exports(what, readers, END)
    assert list(files) == [*EVERYBODY]
    for who, taken in files.items():
        assert taken.times == [(utc(one), 1800) for one in begins], who
        assert (taken.method, taken.zones, taken.sequences) == ("PUBLISH", ("Europe/Athens",), sequences), who
        assert {one.alarms for one in taken.found} == {(-86400, -3600)}, who
        weeks.read[f"{who} {what}, in the calendar"] = "\n".join({one.summary for one in taken.found})
    [uid] = {one.uid for taken in files.values() for one in taken.found}
    assert weeks.names.setdefault(uid, "UID") == "UID", "the same event as before"
    assert [*weeks.names.values()].count("UID") == 1


@pytest_asyncio.fixture(loop_scope="session")
async def weeks(officer: OfficerFactory, homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Weeks]:
    """Return everybody in their room, on a Monday morning in the week before the change."""
    officers = {name: await officer(name, agency, auto_join=True) for name, agency in AGENCY.items()}
    kate, *others = officers.values()
    user = localpart("liaison")
    await homeserver.register(user, PASSWORD)
    made = tables(
        taskforce={"languages": ["en", "pt", "el", "tr"], "timezone": "Europe/London"},
        agencies=[
            one | {"members": [f"@*-{one['code'].partition('-')[2].lower()}:example.org"]} for one in AGENCIES
        ],
        roles={"lead": [kate.user_id], "coordinator": [officers["ana"].user_id]},
    )  # fmt: skip
    bot = Elsewhen(tmp_path / user, homeserver.url, homeserver.user_id(user), PASSWORD, made)
    bot.stands("2027-03-22T09:00:00")
    try:
        await bot.up()
        yield Weeks(bot, officers, {"border": await border_north(kate, bot, *others)})
    finally:
        await bot.kill()
        sys.stdout.write(f"The log of {bot.user_id}:\n{bot.log[-20_000:]}\n")  # shown beside a test that failed


@pytest.mark.timeout(600)  # four starts of the bot
async def test_the_weeks_around_a_change_of_clocks(weeks: Weeks, readers: Readers, tmp_path: Path) -> None:
    await polled(weeks)
    await planned(weeks, readers)
    await reminded(weeks)
    await changed(weeks)
    await moved(weeks, readers)
    await skipped(weeks, readers)
    await cancelled(weeks, readers)
    await weeks.whole()
    read = {what: text.splitlines() for what, text in weeks.read.items()}
    found = tmp_path / TEXTS.name  # for a person to read, and to put there, where sentences have changed
    found.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert read == json.loads(TEXTS.read_text("utf-8")), f"what was read now is in {found}"
