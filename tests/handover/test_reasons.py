"""Reasons that are given for a change of who stands where."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.i18n import ByLanguage, Catalogues, Html, Plain, _, from_json, to_json
from bot.model.person import LanguageCode
from bot.model.translation import Flag, Translation
from bot.model.uncertainty import for_each

from ..fakes import ROOM, configuration
from ..world import PORTUGUESE, World
from .scene import Scene, begun, plain

ILL = "Ana <está> doente"


def told(scene: Scene) -> tuple[str, str]:
    """Return what the room was told last, as text and marked up."""
    [*_others, post] = [h.post for h in scene.world.heard if h.kind == "notice" and h.post]
    return plain(post), post.html


@pytest.mark.parametrize("command", ["pass {eva}", "break"])
async def test_each_reader_reads_a_reason_in_their_own_language(scene: Scene, command: str) -> None:
    scene.world.translator.spoken[ILL] = "pt"
    await scene.handed()
    await scene.lead.says(f"!handover {command.format(eva=scene.eva.user_id)} {ILL}")
    text, html = told(scene)
    assert f"Why: {ILL} (pt to en) (machine translation)" in text, text
    assert f"Why: {ILL}\n" in f"{text}\n", "and as it was written"
    assert "&lt;está&gt;" in html and "<está>" not in html


async def test_those_whom_a_reason_concerns_read_it_in_their_own_language(tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db", configuration())
    world.catalogues = Catalogues({"pt": PORTUGUESE, "fr": PORTUGUESE})
    await world.start()
    scene = await begun(world)
    assert "fr" not in await world.services.person.room_languages(ROOM)
    world.translator.spoken[ILL] = "pt"
    await scene.lead.says(f"!handover pass {scene.eva.user_id} {ILL}")
    text, _html = told(scene)
    await world.stop()
    assert f"{ILL} (pt to fr) (machine translation)" in text, text


async def test_a_reason_that_is_not_translated_says_so(scene: Scene) -> None:
    scene.world.translator.spoken[ILL] = "pt"
    scene.world.translator.flags[ILL] = (Flag.UNAVAILABLE,)
    await scene.lead.says(f"!handover pass {scene.eva.user_id} {ILL}")
    text, _html = told(scene)
    assert f"Why: {ILL} (in Portuguese, not translated)" in text and f"Why: {ILL}\n" in f"{text}\n"


def test_what_differs_by_language_is_kept_as_it_is() -> None:
    made = Translation("Ana est <malade>", "pt", "fr", ("pt", "fr"), "real")
    said = for_each("Ana está doente", LanguageCode("pt"), [made])
    assert from_json(to_json(said)) == said == ByLanguage(said.messages, said.otherwise)
    catalogues, message = Catalogues({}), _("Why: {reason}", reason=said)
    assert catalogues.text(message, "fr", markup=Plain("fr")) == "Why: Ana est <malade> (machine translation)"
    assert catalogues.text(message, "fr", markup=Html("fr")) == "Why: Ana est &lt;malade&gt; (machine translation)"
    assert catalogues.text(message, "pt") == "Why: Ana está doente"
    assert catalogues.text(message, "de") == "Why: Ana está doente (in Portugiesisch, not translated)"


@pytest.mark.parametrize(
    "command",
    [
        "!handover pass {rui} TLP:RED Informador Silva diz que vêm",
        "!handover pass {rui} TLP:AMBER+STRICT Informador Silva diz que vêm",
        "!shift override gate who:{lead} from:tomorrow 06:00 for:8h insist:TLP:RED Informador Silva",
    ],
)
async def test_what_is_red_goes_into_no_record_as_a_reason(scene: Scene, command: str) -> None:
    await scene.lead.says(command.format(rui=scene.rui.user_id, lead=scene.lead.user_id))
    rows = await scene.world.database.rows("SELECT content FROM audit_content")
    assert not any("Informador" in str(row["content"]) for row in rows)
    assert not any("Informador" in h.post.body for h in scene.world.heard if h.post)


async def test_why_a_handover_was_refused_is_on_its_card_and_shown_to_each_reader(scene: Scene) -> None:
    scene.world.translator.spoken[ILL] = "fr"
    ref = await scene.handed()
    await scene.rui.says(f"!handover refuse {ILL}")
    card = scene.card(ref)
    assert f"{ILL} (fr to pt) (machine translation)" in card, card
    assert "until" not in card and "answers for it" not in card, card
    await scene.ana.says(f"!handover show {ref}")
    shown = plain(scene.ana.last)
    assert f": {ILL} (fr to pt) (machine translation)" in shown and "Added afterwards" not in shown, shown


async def test_a_new_card_is_in_the_language_of_who_takes_over(tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db", configuration())
    world.catalogues = Catalogues({"pt": PORTUGUESE, "fr": PORTUGUESE})
    await world.start()
    scene = await begun(world)
    await scene.declared("Carro na ponte")
    ref = await scene.started(scene.eva)
    card = scene.card(ref)
    await world.stop()
    assert "Carro na ponte (pt to fr) (machine translation)" in card and "not translated" not in card, card
