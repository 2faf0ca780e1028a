"""Minutes: read in each language, decisions read back, actions that become tasks, closed, and read afterwards."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from bot.model.reference import Reference
from bot.render import Post

from ..duties import chooses, logged, replied
from ..fakes import ROOM
from ..incident.scene import redacted
from ..rosters import answer
from ..world import Person, World
from .held import Held, meeting

WORDS = "Patrulhar o cais esta noite"


@pytest_asyncio.fixture
async def held(world: World) -> Held:
    return await meeting(world)


async def minuted(held: Held, text: str = WORDS, by: Person | None = None) -> str:
    """Return the event by which *text* was written into the minutes."""
    by = by or held.ana
    event = await by.says(f"!briefing minutes {text}")
    assert answer(by).record["ok"], answer(by).body
    return event


async def read(held: Held, person: Person, more: str = "") -> str:
    """Return the minutes as somebody reads them."""
    return (await held.say(person, f"!briefing minutes {more}".strip())).body


async def incident(held: Held, title: str = "Fogo a bordo") -> str:
    await held.ana.says(f"!incident declare {title} severity:high")
    return str(answer(held.ana).record["ref"])


async def closed(held: Held) -> tuple[str, int]:
    """Close the minutes; return their reference, and how much had been posted before."""
    since = len(held.world.heard)
    post = await held.confirms(held.ana, "!briefing minutes close", "are closed. From now on")
    return str(post.record["ref"]), since


# Written and read


async def test_each_reads_them_in_their_own_language(held: Held) -> None:
    ref = await held.begun()
    await minuted(held)
    await held.say(held.ana, "!briefing attend")
    own = await read(held, held.ana)
    assert f"1. {WORDS} (Ana)" in own and "machine translation" not in own, own
    assert f"of {ref} (Brief" in own and "Ana: here" in own, own
    for person, language in ((held.luis, "es"), (held.eleni, "el")):
        body = await read(held, person)
        assert f"1. {WORDS} (pt to {language}) (machine translation) (Ana)" in body, body


async def test_only_who_leads_or_writes_writes_them(held: Held) -> None:
    await held.begun()
    await held.say(held.nikos, "!briefing minutes Nada", ok=False, error="not_allowed")
    await held.say(held.nikos, f"!briefing minutes scribe:{held.nikos.user_id}", ok=False, error="not_allowed")
    await held.say(held.eleni, f"!briefing minutes scribe:{held.nikos.user_id}", "Nikos writes the minutes")
    await minuted(held, by=held.nikos)
    await minuted(held, "Outra coisa", held.luis)
    since = len(held.world.heard)
    await minuted(held, "decision Fechar a ponte", held.nikos)
    assert set(held.questions("briefing minutes", since)) == {"luis"}, "not the lead of his own agency"
    await held.say(held.nikos, "!briefing minutes close", ok=False, error="not_allowed")
    await held.say(
        held.ana, "!briefing minutes scribe:@nobody-hp:example.org", "is not in this room", ok=False, error="not_found"
    )
    assert (await logged(held.world)).count("briefing.minuted") == 3


@pytest.mark.parametrize(
    ("typed", "words", "error"),
    [
        ("TLP:AMBER Os nomes", "Minutes hold no marked text", "handling"),
        ("TLP:RED Os nomes", "", "handling"),
        ("Radio:OK " + "x" * 501, "500 characters", "bad_argument"),
        ("decision", "Say it in words.", "bad_argument"),
        ("decision \u2060", "is empty", "bad_argument"),
        ("\u3164", "is empty", "bad_argument"),
        ("action Ver o cais", "Say of which: !briefing minutes action … about:…", "bad_argument"),
        ("action Ver o cais", "with their references: !incident list", "bad_argument"),
        ("Ver o cais for:@luis-gc:example.org", "is only said of an action", "bad_argument"),
        ("Ver o cais about:BRAVO-7K3Q0", "", "not_found"),
        ("action Ver o cais about:BRAVO-7K3Q0", "", "not_found"),
        ("BRAVO-7K3Q0 Ver o cais", "", "not_found"),
        ("close Ver o cais", "write !briefing minutes close alone", "bad_argument"),
    ],
)
async def test_what_cannot_stand_there_is_said(held: Held, typed: str, words: str, error: str) -> None:
    await held.begun()
    await held.say(held.ana, f"!briefing minutes {typed}", words, ok=False, error=error)
    assert await held.world.database.rows("SELECT * FROM minute") == []
    assert [one for one in await logged(held.world) if one == "briefing.closed"] == []


# Decisions are read back


async def test_a_decision_is_read_back_and_leads_of_other_agencies_confirm_it(held: Held) -> None:
    await held.begun()
    since = len(held.world.heard)
    post = await held.say(held.ana, f"!briefing minutes decision {WORDS}", "I have asked 2 leads")
    found = held.questions("briefing minutes", since)
    assert set(found) == {"luis", "eleni"}, "nobody of her own agency, and nobody who leads nobody"
    ref = post.record["ref"]
    assert all(str(ref) in one.body and "Patrulhar" not in one.body for one in found.values()), "lock screens show it"
    said = [one for one in held.notices(since) if "1. Decision:" in one]
    assert len(said) == 2 and all("machine translation" in one for one in said), said
    assert "not confirmed by" in await read(held, held.ana)
    await held.restarts()
    await chooses(held.luis, found["luis"], "right")
    assert held.luis.hears("Decision 1 is confirmed by Luis", ok=True), answer(held.luis).body
    body = await read(held, held.nikos)
    assert "Decision 1 is confirmed by Luis." in body and "is not confirmed by Eleni yet" in body, body


async def test_a_decision_that_is_disputed_stays_so_and_who_has_written_it_is_rung(held: Held) -> None:
    await held.begun()
    await minuted(held, f"decision {WORDS}")
    found, since = held.questions("briefing minutes"), len(held.world.heard)
    await chooses(held.eleni, found["eleni"], "wrong")
    rung = [h.post for h in held.world.heard[since:] if h.kind == "alert" and h.post]
    assert [one.mentions for one in rung] == [(held.ana.user_id,)] or rung[0].mentions == [held.ana.user_id], rung
    assert "Eleni" not in rung[0].body and "a decision is disputed" in rung[0].body
    await chooses(held.luis, found["luis"], "right")
    await chooses(held.eleni, found["eleni"], "right")
    assert held.eleni.hears("settled already", ok=False), "said once"
    body = await read(held, held.ana)
    assert "⚠ Decision 1 is disputed by Eleni." in body and "confirmed by Luis" in body, body


async def test_who_leads_no_more_confirms_nothing(held: Held) -> None:
    await held.begun()
    await minuted(held, f"decision {WORDS}")
    found = held.questions("briefing minutes")
    roles = held.world.config.roles.model_copy(update={"lead": ["@eleni-hp:example.org"]})
    held.world.current.now = held.world.config.model_copy(update={"roles": roles})
    await chooses(held.luis, found["luis"], "right")
    assert held.luis.hears(ok=False, error="not_allowed"), answer(held.luis).body
    assert "confirmed by Luis." not in await read(held, held.ana)


async def test_a_colon_behind_the_word_changes_nothing(held: Held) -> None:
    await held.begun()
    await minuted(held, "decision: Fechar a ponte")
    await minuted(held, "Rádio:OK em todas as viaturas")
    await minuted(held, '"close" é a palavra')
    body = await read(held, held.ana)
    assert "1. Decision: Fechar a ponte (Ana)" in body and "2. Rádio:OK em todas" in body, body
    assert "é a palavra" in body and (await held.sitting_of_room()).closed_at is None, body


# Actions become tasks


async def test_an_action_becomes_a_task_of_the_incident(held: Held) -> None:
    await held.begun()
    about = await incident(held)
    since = len(held.world.heard)
    text = f"!briefing minutes action Ver o cais about:{about} for:@luis-gc:example.org due:18:00"
    post = await held.say(held.ana, text, f"as a task of {about}")
    assert post.record["ref"] == str((await held.sitting_of_room()).ref)
    rung = [h.post.body for h in held.world.heard[since:] if h.kind == "alert" and h.post]
    assert len(rung) == 1 and "is for you to do" in rung[0]
    [task] = await held.world.store.task.list_open([Reference(about)])
    assert task.owner == held.luis.user_id and task.text == "Ver o cais" and task.due is not None
    body = await read(held, held.ana)
    assert f"1. {task.ref} for Luis, due" in body and "Fogo a bordo" in body, body
    await held.say(held.luis, f"!task done {task.ref}")
    assert f"Task {task.ref}: done" in await read(held, held.ana)


async def test_what_is_about_an_incident_that_not_all_may_read_is_withheld(held: Held) -> None:
    await held.begun()
    about = await incident(held)
    await minuted(held, f"Perto do cais about:{about}")
    await minuted(held, f"action Ver o cais about:{about}")
    await minuted(held, "Para todos")
    assert "Perto do cais" in await read(held, held.luis)
    before = len(held.world.redacted)
    await held.say(held.ana, f"!mark {about} TLP:AMBER+STRICT")
    assert len(held.world.redacted) > before, "what was shown of it is taken back"
    body = await read(held, held.luis)
    assert "Perto do cais" not in body and "Ver o cais" not in body and "Fogo" not in body and about not in body, body
    assert "1. This is not for everyone in this room any more." in body and "3. Para todos" in body, body
    for kind in ("", "action "):
        said = [
            (await held.say(held.luis, f"!briefing minutes {kind}Nada about:{one}", ok=False, error="not_found")).body
            for one in (about, "BRAVO-7K3Q0")
        ]
        assert said[0] == said[1], "as what is not there"
    since = (await closed(held))[1]
    assert not [one for one in held.notices(since) if "cais" in one]


async def test_an_action_whose_message_is_labelled_is_withheld_as_its_task_is(held: Held) -> None:
    await held.begun()
    about = await incident(held)
    event = await minuted(held, f"action Ver os suspeitos about:{about}")
    await minuted(held, f"Perto do cais about:{about}")
    assert "Ver os suspeitos" in await read(held, held.luis)
    shown = held.world.event_of(answer(held.luis))
    await held.ana.says("TLP:AMBER+STRICT", **replied("TLP:AMBER+STRICT", event))
    assert shown in held.world.redacted
    body = await read(held, held.luis)
    assert "suspeitos" not in body and "Perto do cais" in body, body
    assert "1. This is not for everyone in this room any more." in body, body


# Closed


async def test_closed_minutes_are_frozen_and_can_only_be_added_to(held: Held) -> None:
    await held.begun()
    await minuted(held)
    await minuted(held, "decision Fechar a ponte")
    found = held.questions("briefing minutes")
    ref, since = await closed(held)
    [row] = await held.world.database.rows("SELECT digest, record FROM sitting")
    assert WORDS not in row["record"] and json.loads(row["record"])["ref"] == ref
    assert any(row["digest"].encode() in one["content"] for one in await contents(held))
    await held.say(held.ana, "!briefing minutes close", "are closed since", ok=False, error="conflict")
    await held.say(held.ana, "!briefing minutes decision Outra", "are closed since", ok=False, error="conflict")
    await held.say(held.ana, "!briefing attend absent", "are closed since", ok=False, error="conflict")
    await held.say(held.ana, f"!briefing minutes scribe:{held.nikos.user_id}", ok=False, error="conflict")
    settled = [h.post.record["of"] for h in held.world.heard[since:] if h.kind == "settled" and h.post]
    assert settled.count("briefing attend") == 4 and settled.count("briefing minutes") == 2, "nothing is asked any more"
    await chooses(held.luis, found["luis"], "right")
    assert held.luis.hears("settled already", ok=False), answer(held.luis).body
    await minuted(held, "Esquecemos a ponte")
    body = await read(held, held.ana)
    assert "Added afterwards:\n• 3. Esquecemos a ponte (Ana)" in body and row["digest"] in body, body
    assert "⚠ These minutes are not what was closed" not in body, body
    assert (await held.world.database.rows("SELECT digest FROM sitting"))[0]["digest"] == row["digest"]


async def test_whoever_changes_the_database_is_found_out(held: Held) -> None:
    await held.begun()
    await minuted(held)
    await closed(held)
    for sql in ("UPDATE minute SET text = 'x'", "UPDATE sitting SET digest = 'x'"):
        with pytest.raises(Exception, match="never changed"):
            async with held.world.store.transaction():
                await held.world.database.execute(sql)
    async with held.world.store.transaction():
        await held.world.database.execute("DROP TRIGGER minute_kept")
        await held.world.database.execute("UPDATE minute SET text = 'Outra coisa'")
    assert "⚠ These minutes are not what was closed" in await read(held, held.ana)


async def test_who_was_away_reads_that_the_quorum_was_not_there(held: Held) -> None:
    ref = await held.begun()
    await held.eleni.says("!briefing attend")
    await held.eleni.says("!briefing minutes Fuel is short")
    before = len(held.world.heard)
    await held.confirms(held.eleni, "!briefing minutes close")
    shown = [one for one in held.notices(before) if "Fuel" in one]
    assert len(shown) > 1 and ref in shown[0]
    for one in shown:  # whoever was away counts in what each of them is shown, the first as well
        assert "PRT-GNR: here 0, late 0, absent 0, no answer 1" in one, one


async def test_nothing_is_closed_before_that_is_confirmed(held: Held) -> None:
    await held.begun()
    await minuted(held)
    asked = await held.say(held.ana, "!briefing minutes close", "with 1 line, would be closed")
    assert "Nothing is changed yet." in asked.body and "not confirmed" not in asked.body, asked.body
    await chooses(held.ana, asked, "leave")
    assert held.ana.hears("Nothing was changed", ok=True)
    assert "briefing.closed" not in await logged(held.world)
    await minuted(held, "Mais uma coisa")


async def test_lines_that_came_meanwhile_are_not_closed_unseen(held: Held) -> None:
    await held.begun()
    await minuted(held)
    asked = await held.say(held.ana, "!briefing minutes close")
    await minuted(held, "Outra coisa", held.luis)
    await chooses(held.ana, asked, "save")
    assert held.ana.hears("was changed meanwhile", ok=False, error="conflict"), answer(held.ana).body
    assert "briefing.closed" not in await logged(held.world)


async def test_what_nobody_has_confirmed_yet_is_said_before_the_minutes_are_closed_and_stays_so(held: Held) -> None:
    await held.begun()
    await minuted(held, f"decision {WORDS}")
    found = held.questions("briefing minutes")
    await chooses(held.luis, found["luis"], "right")
    asked = await held.say(held.ana, "!briefing minutes close", "Decision 1 is not confirmed by Eleni yet.")
    assert "is kept as not confirmed. Nobody is asked any more." in asked.body and "Luis" not in asked.body, asked.body
    since = len(held.world.heard)
    await chooses(held.ana, asked, "save")
    assert held.ana.hears("was not confirmed by Eleni before the minutes were closed", ok=True), answer(held.ana).body
    # The others were asked whether they are at the briefing.
    posts = [h.post for h in held.world.heard[since:] if h.kind == "settled" and h.post]
    [settled] = [one for one in posts if one.replaces == held.world.event_of(found["eleni"])]
    assert "kept as not confirmed by you" in settled.body and "settled" not in settled.body, settled.body
    await chooses(held.eleni, found["eleni"], "wrong")
    assert held.eleni.hears(ok=False), answer(held.eleni).body
    body = await read(held, held.ana)
    assert "was not confirmed by Eleni before" in body and "yet" not in body, body
    await held.say(held.ana, "!briefing minutes Eleni concorda", "Line 2 is added to the minutes")
    assert "which are closed: it stands below them as an addition" in answer(held.ana).body


async def test_minutes_of_what_has_not_begun_cannot_be_closed(held: Held) -> None:
    await held.planned()
    await held.at("2026-11-24T08:50:00")
    await minuted(held, "Café")
    await held.say(held.ana, "!briefing minutes close", "has not begun yet", ok=False, error="conflict")


# Read afterwards


async def test_who_was_not_there_reads_them_alone_and_says_so(held: Held) -> None:
    briefing = await held.begun()
    room = held.alone(held.nikos)
    await held.say(held.ana, "!briefing attend")
    await held.say(held.luis, "!briefing attend late")
    await held.say(held.eleni, "!briefing attend absent")
    await minuted(held)
    ref, since = await closed(held)
    found = held.questions("briefing minutes", since)
    assert set(found) == {"eleni", "nikos"}, "who is absent, and who has said nothing"
    assert all(ref in one.body and "Patrulhar" not in one.body for one in found.values())
    rooms = {h.room for h in held.world.heard[since:] if h.kind == "question" and h.post is found["nikos"]}
    assert rooms == {room}, "in his own room, and she in this one, as she has none"
    shown = [h.post.body for h in held.world.heard[since:] if h.room == room and h.kind == "notice" and h.post]
    assert len(shown) == 1 and WORDS in shown[0] and "machine translation" in shown[0], shown
    assert f"{ref} are still to be read by Eleni and Nikos." in plain(held.card(briefing)), held.card(briefing)
    await held.restarts()
    await chooses_in(held, held.nikos, found["nikos"], room)
    assert held.nikos.hears("you have read the minutes", ok=True), answer(held.nikos).body
    card = held.card(briefing)
    assert f"{ref} were read afterwards by Nikos." in card and "still to be read by Eleni." in card, card
    assert (await logged(held.world))[-1] == "briefing.read"
    assert "were read afterwards by Nikos" in await read(held, held.ana)


async def test_who_has_not_read_them_is_asked_once_more(held: Held) -> None:
    await held.begun()
    await held.say(held.ana, "!briefing attend")
    await held.say(held.luis, "!briefing attend")
    await minuted(held)
    _ref, since = await closed(held)
    found = held.questions("briefing minutes", since)
    await chooses(held.nikos, found["nikos"], "read")
    await held.restarts()
    since = await held.at("2026-11-25T08:59:00")
    assert held.questions("briefing minutes", since) == {}
    since = await held.at("2026-11-25T09:00:00")
    again = held.questions("briefing minutes", since)
    assert set(again) == {"eleni"} and "not read these minutes yet" in again["eleni"].body
    await chooses(held.eleni, found["eleni"], "read")
    assert held.eleni.hears("settled already", ok=False), "the first question gave way"
    await chooses(held.eleni, again["eleni"], "read")
    assert held.eleni.hears("you have read", ok=True), answer(held.eleni).body
    for moment in ("2026-11-26T09:00:00", "2026-11-28T09:00:00"):
        assert held.questions("briefing minutes", await held.at(moment)) == {}


async def test_who_has_left_is_shown_nothing_more(held: Held) -> None:
    await held.begun()
    held.alone(held.nikos)
    await minuted(held)
    await closed(held)
    held.world.rooms.joined[ROOM].remove(held.nikos.user_id)
    since = await held.at("2026-11-25T09:00:00")
    assert set(held.questions("briefing minutes", since)) == {"luis", "eleni", "ana"}


async def test_nobody_says_for_others_that_they_have_read(held: Held) -> None:
    await held.begun()
    await minuted(held)
    _ref, since = await closed(held)
    found = held.questions("briefing minutes", since)
    await chooses(held.luis, found["eleni"], "read")
    assert held.luis.hears("asked somebody else", ok=False), answer(held.luis).body
    rows = await held.world.database.rows("SELECT person FROM minute_reading WHERE read_at IS NOT NULL")
    assert rows == []


# Taken back


async def test_what_is_taken_back_is_gone_from_minutes_posts_and_log(held: Held) -> None:
    await held.begun()
    event = await minuted(held, "decision Os nomes dos suspeitos")
    await minuted(held)
    found = held.questions("briefing minutes")
    await read(held, held.luis)
    before = len(held.world.redacted)
    await held.ana.says("", **redacted(event))
    assert len(held.world.redacted) - before >= 3, "the read-backs, and what was shown"
    await chooses(held.luis, found["luis"], "right")
    assert held.luis.hears("settled already", ok=False), "nobody confirms what is gone"
    body = await read(held, held.luis)
    assert "suspeitos" not in body and "1. Decision: taken back" in body and WORDS in body, body
    await nowhere(held, "suspeitos")


async def test_what_is_taken_back_of_closed_minutes_leaves_the_digest(held: Held) -> None:
    await held.begun()
    event = await minuted(held, "Os nomes dos suspeitos")
    await minuted(held)
    await held.say(held.ana, "!briefing attend")
    _ref, since = await closed(held)
    first = held.questions("briefing minutes", since)
    since = len(held.world.heard)
    await held.ana.says("", **redacted(event))
    again = held.questions("briefing minutes", since)
    assert set(again) == {"luis", "eleni", "nikos"}, "what they were to read was taken back"
    shown = [one for one in held.notices(since) if "1. taken back" in one]
    assert shown and all("suspeitos" not in one for one in shown)
    body = await read(held, held.ana)
    assert "suspeitos" not in body and "⚠ These minutes are not what was closed" not in body, body
    await nowhere(held, "suspeitos")
    assert first["luis"] is not again["luis"]


async def test_two_briefings_at_once_are_told_apart(held: Held) -> None:
    one = await held.planned()
    other = await held.planned("Other 2026-11-24 09:10")
    await held.at("2026-11-24T09:10:00")
    await held.say(held.ana, "!briefing minutes Nada", "Say which briefing you mean", ok=False, error="bad_argument")
    await held.say(held.ana, f"!briefing minutes {other} Nada")
    assert "Nothing is on the minutes yet." in await read(held, held.ana, one)
    posts = [h.post for h in held.world.heard if h.kind == "card" and h.post and h.post.record["ref"] == one]
    text = "!briefing minutes Em resposta"
    await held.ana.says("", **replied(text, held.world.event_of(posts[0])))
    assert "1. Em resposta" in await read(held, held.ana, one)


def plain(text: str) -> str:
    """Return *text* with the list words of the language that it is in as English has them."""
    return text.replace(" e Nikos", " and Nikos").replace(" y Nikos", " and Nikos").replace(" και Nikos", " and Nikos")


async def contents(held: Held) -> list[dict[str, bytes]]:
    rows = await held.world.database.rows("SELECT content FROM audit_content")
    return [{"content": row["content"]} for row in rows]


async def nowhere(held: Held, word: str) -> None:
    """See that *word* stands nowhere any more: not in the log, the minutes, or what was made of them."""
    assert not [one for one in await contents(held) if word.encode() in one["content"]]
    for table, column in (("minute", "text"), ("wording", "text"), ("sitting", "record")):
        rows = await held.world.database.rows(f"SELECT {column} AS text FROM {table}")
        assert not [row for row in rows if word in row["text"]], table


async def chooses_in(held: Held, person: Person, post: Post, room: str) -> None:
    """Answer the question *post* in another room, where it was asked."""
    event = held.world.event_of(post)
    [digit] = post.record["choices"]
    await person.says(digit, room=room, **replied(digit, event))


async def test_many_lines_are_shown_on_several_pages(held: Held) -> None:
    await held.begun()
    for n in range(1, 13):
        await minuted(held, f"{n} " + "Ω" * 495)
    body = await read(held, held.ana)
    [command] = [line for line in body.splitlines() if "more items: " in line]
    first = int(command.rpartition("from:")[2])
    assert f"{first - 1}. " in body and f"\n• {first}. " not in body, body
    follows = await read(held, held.ana, f"from:{first}")
    assert f"• {first}. " in follows and "• 12. " in follows and "Ana: here" not in follows, follows
    held.alone(held.nikos)
    _ref, since = await closed(held)
    shown = [h.post for h in held.world.heard[since:] if h.room.startswith("!alone") and h.kind == "notice" and h.post]
    assert len(shown) == 2 and "• 1. " in shown[0].body and "• 12. " in shown[1].body
    assert all(len((one.body + one.html).encode()) < 40_000 for one in shown)


async def test_an_action_that_is_taken_back_is_gone_from_its_task_too(held: Held) -> None:
    await held.begun()
    about = await incident(held)
    event = await minuted(held, f"action Vigiar os suspeitos about:{about}")
    await held.ana.says("", **redacted(event))
    body = await read(held, held.ana)
    assert "suspeitos" not in body and "taken back" in body, body
    await nowhere(held, "suspeitos")
    assert not [one for one in await held.world.database.rows("SELECT text FROM entry") if "suspeitos" in one["text"]]


async def test_what_somebody_reads_alone_goes_too_when_the_incident_is_marked(held: Held) -> None:
    await held.begun()
    room = held.alone(held.nikos)
    about = await incident(held)
    await minuted(held, f"Perto do cais about:{about}")
    _ref, since = await closed(held)
    [post] = [h.post for h in held.world.heard[since:] if h.room == room and h.kind == "notice" and h.post]
    assert "Perto do cais" in post.body and about in post.body, post.body
    await held.say(held.ana, f"!mark {about} TLP:AMBER+STRICT")
    assert held.world.event_of(post) in held.world.redacted
    since = await held.at("2026-11-25T09:00:00")
    again = [h.post.body for h in held.world.heard[since:] if h.room == room and h.kind == "notice" and h.post]
    assert any("1. This is not for everyone" in one for one in again) and "cais" not in "".join(again), again


async def test_minutes_of_one_that_repeats_are_its_own(held: Held) -> None:
    ref = await held.begun("Brief 2026-11-24 09:00 every:day")
    await minuted(held, "De hoje")
    first = (await closed(held))[0]
    await held.at("2026-11-25T09:00:00")
    assert "Nothing is on the minutes yet." in await read(held, held.ana)
    await minuted(held, "De amanhã")
    body = await read(held, held.luis, first)
    assert "De hoje" in body and "De amanhã" not in body and first in body, body
    assert "De amanhã" in await read(held, held.luis, ref)
    assert f"{first} are still to be read" in held.card(ref)
