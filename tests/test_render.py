"""From values to words: replies and translations as a room sees them."""

from __future__ import annotations

import html.parser
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.command import Ask, Listing, Reply
from bot.config import Current
from bot.errors import ErrorCode
from bot.i18n import Catalogues, Code, Message, Verbatim, _, to_json
from bot.intake.payload import asking, reply_payload
from bot.model.person import LanguageCode, Person, UserId
from bot.model.phrase import Phrasebook
from bot.model.reference import Reference
from bot.model.translation import Failure, Flag, Provenance, Translation
from bot.model.uncertainty import MIXED, REASONS
from bot.render import Post, Renderer
from bot.services.assembly import Outside, assemble
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.outbox import OutboxRow

from .fakes import (
    NOON,
    ROOM,
    FakeClock,
    FakeDevices,
    FakeMedia,
    FakeModels,
    FakeRooms,
    FakeTranslator,
    NothingFetched,
    compiled,
    configuration,
)

RLI, FSI, PDI, RLM = "\u2067", "\u2068", "\u2069", "\u200f"
ANA = UserId("@ana:gnr.example")
RUI = UserId("@rui:example.org")
CATALOGUES = Catalogues(
    {
        "pt": compiled(
            "pt",
            'msgid "{ref} is open: {title}"\nmsgstr "{ref} está aberto: {title}"',
            'msgid "It is now {moment}."\nmsgstr "Agora são {moment}."',
            'msgid "Machine translation, {route}, of what {sender} wrote."\n'
            'msgstr "Tradução automática, {route}, do que {sender} escreveu."',
        ),
        "ar": compiled(
            "ar",
            'msgid "Machine translation, {route}, of what {sender} wrote."\n'
            'msgstr "ترجمة آلية، {route}، لما كتبه {sender}."',
            'msgid "{ref} is open: {title}"\nmsgstr "فُتح {ref}: {title}"',
            'msgid "Done."\nmsgstr "تم."',
            'msgid "Approved wording, not machine translation."\nmsgstr "صيغة معتمدة."',
            'msgid "Reply to this message with the number."\nmsgstr "أرسل الرقم."',
            'msgid "{sender}, {moment}:"\nmsgstr "{sender}، {moment}:"',
            'msgid "These messages reached me late (machine translation):"\nmsgstr "رسائل متأخرة:"',
        ),
    }
)
ALLOWED = {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a", "span"}


class Tags(html.parser.HTMLParser):
    """The tags of a text, the words between them, and whether every one is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.used: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.used.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a tag."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words.append(data)


@dataclass
class FakePeople:
    """People's settings, in memory."""

    saved: dict[str, Person] = field(default_factory=dict)

    async def find(self, user_id: str) -> Person:
        """Return what is known of the person."""
        return self.saved.get(user_id, Person(UserId(user_id)))


@dataclass
class FakeTranslations:
    """Translations of one event, in memory."""

    recorded: list[Translation] = field(default_factory=list)

    async def list_of(self, event_id: str) -> list[Translation]:
        """Return them all."""
        return self.recorded


class NoIncidents:
    """The table of incidents, with none."""

    async def find(self, ref: Reference) -> None:
        """Return that there is no such incident."""

    async def list_of(self, refs: list[Reference]) -> dict[Reference, Any]:
        """Return that there are none of these."""
        return {}


class NoLog:
    """A log of which nothing was signed yet."""

    async def last_checkpoint(self) -> None:
        """Return nothing."""


class FakeStore:
    """The tables that rendering reads."""

    def __init__(self) -> None:
        self.incident = NoIncidents()
        self.audit = NoLog()
        self.person = FakePeople()
        self.translation = FakeTranslations()


Rendering = Callable[..., Any]


class Room:
    """One room with a renderer."""

    def __init__(self) -> None:
        self.store = FakeStore()
        self.rooms = FakeRooms({}, {ANA: "Ana", RUI: "Rui"}, invited={ROOM: [ANA, RUI]})
        config, store = Current(configuration()), self.store
        tables: Store = store  # type: ignore[assignment]
        outside = Outside(
            config,
            tables,
            self.rooms,
            CATALOGUES,
            devices=FakeDevices(),
            translator=FakeTranslator(),
            pairs=FakeModels(),
            originals=NothingFetched(),
            media=FakeMedia(),
            checklists={},
            phrases=Phrasebook({}, {}),
            pulse=Pulse(NOON),
            clock=FakeClock(),
        )
        self.renderer = Renderer(CATALOGUES, assemble(outside))

    async def reply(
        self, *blocks: Message | Listing, to: str = RUI, error: ErrorCode | None = None, ref: str | None = None
    ) -> Post:
        """Return a reply of *blocks* as the room sees it."""
        payload = reply_payload(Reply(*blocks, ref=ref), to, "incident declare", error)
        return await self.renderer.post(OutboxRow("id", ROOM, "reply", "$event", payload, NOON))

    async def notice(self, *blocks: Message) -> Post:
        """Return a notice of *blocks* as the room sees it."""
        payload = {"of": "joined", "blocks": [to_json(block) for block in blocks]}
        return await self.renderer.post(OutboxRow("id", ROOM, "notice", "$event", payload, NOON))

    async def translations(self, *translations: Translation, sender: str = ANA) -> Post:
        """Return a message with all of *translations* whole, as the room sees it."""
        self.store.translation.recorded = list(translations)
        parts = [[t.target, 0, len(t.text)] for t in translations]
        return await self.part(parts, sender)

    async def part(self, parts: list[list[Any]], sender: str = ANA) -> Post:
        """Return a message with *parts* of what is recorded."""
        payload = {"sender": sender, "parts": parts}
        return await self.renderer.post(OutboxRow("id", ROOM, "translation", "$event", payload, NOON))


@pytest.fixture
def room() -> Room:
    """Return a room with a renderer."""
    return Room()


def into(target: str, text: str, *flags: Flag, route: tuple[str, ...] = (), source: str = "pt") -> Translation:
    engine = "" if Flag.UNAVAILABLE in flags else "bergamot"
    return Translation(text, source, target, route or (source, target), engine, flags)


# Replies


async def test_a_reply_is_worded_in_the_language_of_whom_it_answers(room: Room) -> None:
    message = _("{ref} is open: {title}", ref=Code("BRAVO-7K3Q0"), title=Verbatim("Camião azul"))
    ana, rui = await room.reply(message, to=ANA), await room.reply(message, to=RUI)
    assert ana.body == "BRAVO-7K3Q0 está aberto: Camião azul"
    assert ana.html == "<p><code>BRAVO-7K3Q0</code> está aberto: Camião azul</p>"
    assert rui.body == "BRAVO-7K3Q0 is open: Camião azul"


async def test_what_a_person_set_wins_and_a_language_without_menus_falls_back(room: Room) -> None:
    message = _("It is now {moment}.", moment=NOON)
    room.store.person.saved[RUI] = Person(RUI, LanguageCode("pt-BR"))
    assert (await room.reply(message, to=RUI)).body.startswith("Agora são")
    room.store.person.saved[ANA] = Person(ANA, LanguageCode("fi"))
    assert (await room.reply(message, to=ANA)).body.startswith("Agora são"), "her agency's"
    room.store.person.saved[RUI] = Person(RUI, LanguageCode("fi"))
    assert (await room.reply(message, to=RUI)).body.startswith("It is now"), "the task force's"


async def test_times_stand_in_the_zone_of_whom_it_answers(room: Room) -> None:
    message = _("It is now {moment}.", moment=NOON)
    assert "12:00 UTC" in (await room.reply(message, to=ANA)).body, "Lisbon"
    assert "13:00 UTC+1" in (await room.reply(message, to=RUI)).body, "the task force's Madrid"


async def test_a_reply_says_the_same_in_text_in_html_and_for_programs(room: Room) -> None:
    post = await room.reply(_("Done."), ref="BRAVO-7K3Q0")
    assert (post.msgtype, post.mentions, post.reply_to) == ("m.notice", (), "$event")
    assert post.record == {
        "kind": "reply",
        "to": "$event",
        "command": "incident declare",
        "ok": True,
        "ref": "BRAVO-7K3Q0",
    }


async def test_a_refusal_names_its_code_and_no_reference(room: Room) -> None:
    post = await room.reply(_("No."), error=ErrorCode.NOT_ALLOWED)
    assert post.record == {
        "kind": "reply",
        "to": "$event",
        "command": "incident declare",
        "ok": False,
        "error": "not_allowed",
    }


async def test_approved_wordings_are_labelled_each_in_its_language(room: Room) -> None:
    texts = {"ar": "قف! شرطة!", "en": "Stop <b>now</b>!"}
    payload = reply_payload(Reply(_("Done."), texts=texts), RUI, "say", None)
    post = await room.renderer.post(OutboxRow("id", ROOM, "reply", "$event", payload, NOON))
    said = "Approved wording, not machine translation."
    assert post.body == (
        f"[ar] {RLI}قف! شرطة!{PDI}\n{RLI}صيغة معتمدة.{PDI}\n[en] {FSI}Stop <b>now</b>!{PDI}\n{said}\n\nDone."
    )
    assert post.html == (
        f"<p><strong>ar</strong> {RLI}قف! شرطة!{PDI}<br><em>{RLI}صيغة معتمدة.{PDI}</em></p>"
        f"<p><strong>en</strong> {FSI}Stop &lt;b&gt;now&lt;/b&gt;!{PDI}<br><em>{said}</em></p><p>Done.</p>"
    )
    assert post.record == {"kind": "reply", "to": "$event", "command": "say", "ok": True, "texts": texts}


async def test_paragraphs_and_listings_read_well_in_both(room: Room) -> None:
    lines = (_("One"), _("{ref} is open: {title}", ref=Code("X"), title=Verbatim("a < b")))
    post = await room.reply(_("First."), Listing(lines), _("Last."))
    assert post.body == "First.\n\n• One\n• X is open: a < b\n\nLast."
    assert post.html == ("<p>First.</p><ul><li>One</li><li><code>X</code> is open: a &lt; b</li></ul><p>Last.</p>")


async def test_words_of_a_reply_cannot_become_markup(room: Room) -> None:
    evil = '</p><img src=x onerror="a()"><script>b()</script>&lt;'
    post = await room.reply(_("{a} {b} {c}", a=Verbatim(evil), b=Code(evil), c=(Verbatim(evil),)), Listing(()))
    tags = Tags(post.html)
    assert set(tags.used) <= ALLOWED
    assert tags.open == []
    assert "".join(tags.words).count(evil) == 3
    assert post.body.count(evil) == 3


# Translations


async def test_a_translation_says_what_who_how_and_in_which_language(room: Room) -> None:
    post = await room.translations(into("en", "Blue truck at post 7"))
    assert post.body == "[en] \u2068Blue truck at post 7\u2069\nMachine translation, pt → en, of what Ana wrote."
    assert post.html == (
        "<p><strong>en</strong> \u2068Blue truck at post 7\u2069<br>"
        "<em>Machine translation, pt → en, of what Ana wrote.</em></p>"
    )
    assert (post.msgtype, post.mentions, post.reply_to) == ("m.notice", (), "$event")
    assert post.record == {
        "kind": "translation",
        "source": "$event",
        "from": "pt",
        "texts": {"en": "Blue truck at post 7"},
        "route": {"en": ["pt", "en"]},
        "engine": {"en": "bergamot"},
        "flags": {"en": []},
    }


async def test_each_language_of_a_translation_speaks_its_own(room: Room) -> None:
    far = into("pt", "Camião azul", source="pl", route=("pl", "en", "pt"))
    near = into("en", "Blue truck", source="pl")
    post = await room.translations(near, far)
    assert "Tradução automática, pl → en → pt, do que Ana escreveu." in post.body
    assert "Machine translation, pl → en, of what Ana wrote." in post.body
    assert post.body.index("[en]") < post.body.index("[pt]")
    assert post.record["texts"] == {"en": "Blue truck", "pt": "Camião azul"}
    assert post.record["route"] == {"en": ["pl", "en"], "pt": ["pl", "en", "pt"]}


async def test_the_parts_of_a_long_translation_are_cut_where_the_row_says(room: Room) -> None:
    room.store.translation.recorded = [into("en", "one two"), into("es", "uno dos")]
    first, second = await room.part([["en", 0, 4]]), await room.part([["en", 4, 7]])
    assert (first.record["texts"], second.record["texts"]) == ({"en": "one "}, {"en": "two"})
    assert "uno" not in first.body + second.body


async def test_a_translation_that_failed_says_so_and_gives_no_text_for_one(room: Room) -> None:
    post = await room.translations(into("en", "Camião azul", Flag.UNAVAILABLE), into("es", "Camión azul"))
    assert "[en] Ana wrote in Portuguese. Translation unavailable: please read the original." in post.body
    assert "Camião" not in post.body + post.html
    assert post.record["flags"] == {"en": ["unavailable"], "es": []}
    assert post.record["texts"] == {"es": "Camión azul"}


@pytest.mark.parametrize(
    ("failed", "why"),
    [
        (Failure.NO_ROUTE, "I cannot translate from Portuguese into English: no model for it is installed."),
        (Failure.TOO_LONG, "That is too long for me: I translate 20,000 characters at most."),
        (Failure.TOO_MUCH, "Too many messages wait to be translated."),
        (Failure.NO_ANSWER, "What translates on my side does not answer."),
        (None, "please read the original."),
    ],
)
async def test_why_a_translation_failed_is_said_where_it_is_known(room: Room, failed: Failure | None, why: str) -> None:
    made = replace(into("en", "", Flag.UNAVAILABLE), provenance=Provenance(failed=failed))
    post = await room.translations(made)
    assert post.body.endswith(why) and post.html.endswith(f"{why}</em></p>")


@pytest.mark.parametrize("flag", [flag for flag in Flag if flag is not Flag.UNAVAILABLE])
async def test_every_other_flag_makes_a_translation_uncertain(room: Room, flag: Flag) -> None:
    post = await room.translations(into("en", "Blue truck", flag))
    reason = REASONS[flag].text
    assert f"⚠ Uncertain machine translation, pt → en, of what Ana wrote: {reason}. Check the original." in post.body
    assert "⚠" in post.html
    assert post.record["flags"] == {"en": [flag.value]}


async def test_what_has_changed_is_named(room: Room) -> None:
    changed = replace(into("en", "12 trucks", Flag.NUMBER, Flag.UNIT), differs=("21", "<b>", *"345678"))
    post = await room.translations(changed)
    assert "numbers have changed and a unit of measure has changed (21, <b>, 3, 4, and 5)" in post.body
    assert "<b>" not in post.html


async def test_a_plate_in_two_alphabets_is_named(room: Room) -> None:
    plate = "\u0410B-12-34"
    post = await room.translations(replace(into("en", f"the van {plate}", Flag.SCRIPT), differs=(plate,)))
    assert f"{MIXED.text} ({plate}). Check the original." in post.body
    post = await room.translations(replace(into("en", "the van", Flag.SCRIPT, Flag.NUMBER), differs=("12",)))
    assert "the script is wrong and numbers have changed (12)" in post.body


async def test_neither_a_name_nor_a_text_can_become_markup(room: Room) -> None:
    evil = '</em></p><a href="https://evil.example">Ana</a>&lt;b&gt;'
    room.rooms.names[ANA] = evil
    for flags in ((), (Flag.NUMBER,), (Flag.UNAVAILABLE,)):
        post = await room.translations(into("en", evil, *flags))
        tags = Tags(post.html)
        assert set(tags.used) <= ALLOWED - {"a"}
        assert tags.open == []
        assert evil in "".join(tags.words)


async def test_what_was_translated_elsewhere_says_so(room: Room) -> None:
    post = await room.translations(replace(into("en", "Blue truck"), engine="bergamot+libretranslate"))
    assert "Machine translation, pt → en (bergamot+libretranslate), of what Ana wrote." in post.body


async def test_a_label_comes_first_in_right_to_left_too(room: Room) -> None:
    post = await room.translations(into("ar", "[TLP:RED] H2 شاحنة زرقاء"))
    assert post.body.startswith(f"[ar] {RLI}[TLP:RED] H2 شاحنة زرقاء{PDI}")
    assert post.body.count("TLP:RED") == 1


async def test_a_right_to_left_translation_keeps_its_direction_and_everyone_elses(room: Room) -> None:
    post = await room.translations(into("ar", "شاحنة زرقاء"), into("en", "Blue truck"))
    label = f"{RLI}ترجمة آلية، {FSI}pt → ar{PDI}، لما كتبه {FSI}Ana{PDI}.{PDI}"
    assert post.body == (
        f"[ar] {RLI}شاحنة زرقاء{PDI}\n{label}\n"
        f"[en] {FSI}Blue truck{PDI}\nMachine translation, pt → en, of what Ana wrote."
    )
    assert f"<p><strong>ar</strong> {RLI}شاحنة زرقاء{PDI}<br><em>{label}</em></p><p>" in post.html
    for text in (post.body, post.html):
        assert text.count(RLI) + text.count(FSI) == text.count(PDI) > 0


async def test_each_line_of_a_right_to_left_translation_keeps_its_direction(room: Room) -> None:
    post = await room.translations(into("fa", "A ب\nC د"))
    assert post.body.startswith(f"[fa] {RLI}A ب{PDI}\n{RLI}C د{PDI}\nMachine translation"), "no menus in it"
    assert f"{RLI}A ب{PDI}<br>{RLI}C د{PDI}<br><em>Machine" in post.html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fa", ("خودروی سفید ", " نزدیک ", " ایستاده است")),
        ("he", ("הרכב הלבן ", " ליד ", " עומד")),
        ("ar", ("الشاحنة ", " عند ", " واقفة")),
    ],
)
async def test_a_plate_and_a_grid_within_right_to_left_words_stay_in_order(
    room: Room, language: str, words: tuple[str, str, str]
) -> None:
    plate, grid = "AA-12-BB", "29S ND 12345 67890"
    made = into(language, f"{words[0]}{plate}{words[1]}{grid}{words[2]}")
    post = await room.translations(replace(made, protected=(plate, grid)))
    line = f"{RLI}{words[0]}{FSI}{plate}{PDI}{words[1]}{FSI}{grid}{PDI}{words[2]}{PDI}"
    assert post.body.startswith(f"[{language}] {line}\n")
    assert f"<p><strong>{language}</strong> {line}<br>" in post.html


async def test_what_failed_and_what_is_in_doubt_keeps_its_direction(room: Room) -> None:
    room.store.translation.recorded = [into("ar", "", Flag.UNAVAILABLE)]
    post = await room.part([["ar", 0, 0]])
    assert post.body.startswith(f"[ar] {RLI}")
    assert post.body.endswith(PDI)
    assert f"<em>{RLI}" in post.html


async def test_a_reply_from_right_to_left_keeps_its_direction_line_by_line(room: Room) -> None:
    room.store.person.saved[RUI] = Person(RUI, LanguageCode("ar"))
    line = _("{ref} is open: {title}", ref=Code("X"), title=Verbatim("Ana\nB"))
    post = await room.reply(_("Done."), Listing((line,)))
    title = [f"{FSI}Ana{PDI}", f"{FSI}B{PDI}"]
    assert post.body == (
        f"{RLM}{RLI}تم.{PDI}\n\n{RLM}{RLI}• فُتح {FSI}X{PDI}: {title[0]}{PDI}\n{RLM}{RLI}{title[1]}{PDI}"
    )
    assert post.html == (
        f"<p>{RLM}{RLI}تم.{PDI}</p><ul><li>{RLM}{RLI}فُتح <code>{FSI}X{PDI}</code>: {title[0]}{PDI}<br>"
        f"{RLM}{RLI}{title[1]}{PDI}</li></ul>"
    )


async def test_a_notice_in_two_directions_takes_its_own_from_neither(room: Room) -> None:
    room.store.person.saved[RUI] = Person(RUI, LanguageCode("ar"))
    eva = UserId("@eva:example.org")
    room.rooms.joined[ROOM] = [RUI, eva]
    post = await room.notice(_("Done."))
    assert post.body == f"{RLI}تم.{PDI}\n\nDone."
    assert post.html == f"<p>{RLI}تم.{PDI}</p><p>Done.</p>"
    room.rooms.joined[ROOM] = [RUI]
    assert (await room.notice(_("Done."))).body == f"{RLM}{RLI}تم.{PDI}", "alone, it stands on its side"


async def test_a_notice_is_said_in_the_languages_of_those_who_are_to_act_before_all(room: Room) -> None:
    for number, language in enumerate(("en", "en", "ar", "ar", "pt")):
        user = UserId(f"@p{number}:example.org")
        room.rooms.joined.setdefault(ROOM, []).append(user)
        room.store.person.saved[user] = Person(user, LanguageCode(language))
    block, moment = to_json(_("Done.")), to_json(_("It is now {moment}.", moment=NOON))
    payload = {"of": "x", "blocks": [block, moment]}
    row = OutboxRow("id", ROOM, "notice", "$event", payload, NOON)
    post = await room.renderer.post(row)
    assert "Agora são" not in post.body, "two languages are the most for a room"
    post = await room.renderer.post(replace(row, payload={**payload, "people": ["@p4:example.org"]}))
    assert post.body.index("Agora são") < post.body.index("It is now") and "تم." in post.body


async def test_who_is_rung_reads_it_in_their_own_language_alone(room: Room) -> None:
    room.store.person.saved[RUI] = Person(RUI, LanguageCode("ar"))
    room.rooms.joined[ROOM] = [RUI, ANA]
    payload = {"of": "x", "blocks": [to_json(_("It is now {moment}.", moment=NOON))], "to": [ANA]}
    post = await room.renderer.post(OutboxRow("id", ROOM, "alert", "$event", payload, NOON))
    assert post.body.startswith("Agora são") and "It is now" not in post.body and post.mentions == (ANA,)


async def test_choices_from_right_to_left_keep_their_direction(room: Room) -> None:
    room.store.person.saved[RUI] = Person(RUI, LanguageCode("ar"))
    ask = Ask("identity confirm", (("yes", _("Done.")), ("no", _("No."))), {})
    payload = reply_payload(Reply(_("Done.")), RUI, "identity confirm", None)
    payload |= asking(ask, {"1": "yes", "2": "no"})
    post = await room.renderer.post(OutboxRow("id", ROOM, "reply", "$event", payload, NOON))
    start = f"{RLM}{RLI}"
    assert post.body == f"{start}تم.{PDI}\n{start}1 تم.{PDI}\n{start}2 No.{PDI}\n{start}أرسل الرقم.{PDI}"
    assert post.html == (
        f"<p>{start}تم.{PDI}</p><p>{start}<strong>1</strong> تم.{PDI}<br>{start}<strong>2</strong> No.{PDI}</p>"
        f"<p>{start}أرسل الرقم.{PDI}</p>"
    )


async def test_a_summary_from_right_to_left_keeps_its_direction(room: Room) -> None:
    room.store.translation.recorded = [into("ar", "A ب")]
    entry = {"event": "$event", "sender": ANA, "at": NOON.isoformat(), "doubt": None, "part": ["ar", 0, 3]}
    payload = {"language": "ar", "entries": [entry], "away": []}
    post = await room.renderer.post(OutboxRow("id", ROOM, "catchup", "$event ar", payload, NOON))
    start = f"{RLM}{RLI}"
    said = f"{FSI}Ana{PDI}، {FSI}22\u200f/11\u200f/2026، 13:00 UTC+1{PDI}:"
    assert post.body == f"{start}رسائل متأخرة:{PDI}\n{start}• {said} {RLI}A ب{PDI}{PDI}"
    assert post.html == (f"<p>{start}رسائل متأخرة:{PDI}</p><ul><li>{start}<em>{said}</em> {RLI}A ب{PDI}{PDI}</li></ul>")


async def test_why_the_bot_leaves_keeps_its_direction(room: Room) -> None:
    room.store.person.saved[RUI] = Person(RUI, LanguageCode("ar"))
    payload = {"to": RUI, "reason": to_json(_("Done."))}
    row = OutboxRow("id", ROOM, "farewell", "$event", payload, NOON)
    assert await room.renderer.reason(row) == f"{RLM}{RLI}تم.{PDI}"


async def test_a_name_written_from_right_to_left_is_isolated(room: Room) -> None:
    room.rooms.names[ANA] = "مريم"
    assert "of what \u2068مريم\u2069 wrote." in (await room.translations(into("en", "Blue"))).body


async def test_the_record_holds_the_bare_text(room: Room) -> None:
    post = await room.translations(into("en", "a < b & c"))
    assert post.record["texts"] == {"en": "a < b & c"}
    assert "a &lt; b &amp; c" in post.html


async def test_a_row_of_a_kind_that_nobody_knows_is_our_fault(room: Room) -> None:
    with pytest.raises(ValueError, match="postcard"):
        await room.renderer.post(OutboxRow("id", ROOM, "postcard", "$event", {}, NOON))
