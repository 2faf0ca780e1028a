"""What people write on pictures, polls and places, and with lists and bold: translated as what they say."""

from __future__ import annotations

from typing import Any

import pytest

from ..world import Person, World

HTML = {"format": "org.matrix.custom.html"}


@pytest.fixture
def ana(world: World) -> Person:
    world.person("rui")
    return world.person("ana", "PRT-GNR")


def photo(caption: str, name: str | None = "IMG_1.jpg", **more: Any) -> dict[str, Any]:
    named = {} if name is None else {"filename": name}
    return {"msgtype": "m.image", "body": caption, "url": "mxc://example.org/1", **named, **more}


def edit_of(event_id: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        **content,
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def english(world: World) -> list[str]:
    return [post.record["texts"]["en"] for post in world.shows().values()]


async def test_a_caption_is_translated_as_a_message(world: World, ana: Person) -> None:
    said = await ana.says("", content=photo("A ponte está fechada"))
    assert ana.last.record["texts"] == {"en": "A ponte está fechada (pt to en)"}
    assert ana.last.reply_to == said and "Ana wrote" in ana.last.body


@pytest.mark.parametrize("kind", ["m.image", "m.file", "m.video", "m.audio"])
@pytest.mark.parametrize("name", [None, "ponte fechada.jpg", 7])
async def test_the_name_of_a_file_is_not(world: World, ana: Person, kind: str, name: Any) -> None:
    said = await ana.says("", content=photo("ponte fechada.jpg", name) | {"msgtype": kind})
    assert world.heard == [] and world.translator.asked == []
    assert (await world.outcomes())[said] == "no need"


async def test_a_caption_is_never_a_command(world: World, ana: Person) -> None:
    await ana.says("", content=photo("!about"))
    assert [heard.kind for heard in world.heard] == ["translation"]


async def test_a_caption_that_comes_changes_and_goes_is_followed(world: World, ana: Person) -> None:
    said = await ana.says("", content=photo("IMG_1.jpg"))
    await ana.says("", content=edit_of(said, photo("A ponte")))
    assert english(world) == ["A ponte (pt to en)"]
    await ana.says("", content=edit_of(said, photo("O rio")))
    assert english(world) == ["O rio (pt to en)"]
    await ana.says("", content=edit_of(said, photo("IMG_1.jpg")))
    assert english(world) == []
    await ana.says("", content=edit_of(said, photo("A estrada")))
    await ana.says("", type="m.room.redaction", content={"redacts": said}, encrypted=False)
    assert english(world) == [] and await world.database.rows("SELECT * FROM translation") == []


async def test_a_caption_in_clear_is_refused_and_of_a_strange_device_doubted(world: World, ana: Person) -> None:
    await ana.says("", content=photo("A ponte"), encrypted=False)
    assert ana.last.record["error"] == "not_allowed" and world.translator.asked == []
    await ana.says("", content=photo("A ponte"), trusted=False)
    assert "Not sure who wrote this" in ana.last.body


async def test_many_photographs_are_not_too_many_messages(world: World, ana: Person) -> None:
    await world.receives(ana.user_id, *[""] * 130, content=photo("IMG_1.jpg"))
    await world.settles()
    assert set((await world.outcomes()).values()) == {"no need"}


async def test_what_a_person_called_a_place_is_translated_and_what_a_client_did_is_not(
    world: World, ana: Person
) -> None:
    place = {"msgtype": "m.location", "body": "Localização de Ana: geo:38.7,-9.1", "geo_uri": "geo:38.7,-9.1"}
    await ana.says("", content=place)
    assert [heard.kind for heard in world.heard] == ["notice"], "where it is, and nothing else"
    await ana.says("", content=place | {"org.matrix.msc3488.location": {"description": "Entrada do armazém"}})
    assert english(world) == ["Entrada do armazém (pt to en)"]


OLD = {
    "org.matrix.msc3381.poll.start": {
        "question": {"org.matrix.msc1767.text": "Qual estrada?", "body": "Qual estrada?", "msgtype": "m.text"},
        "kind": "org.matrix.msc3381.poll.disclosed",
        "answers": [
            {"id": "b", "org.matrix.msc1767.text": "A do norte"},
            {"id": "a", "org.matrix.msc1767.text": "A do sul"},
        ],
    },
    "org.matrix.msc1767.text": "Qual estrada?\n1. A do norte\n2. A do sul",
}
NEW = {
    "m.poll": {
        "question": {"m.text": [{"body": "<b>Qual</b>", "mimetype": "text/html"}, {"body": "Qual estrada?"}]},
        "answers": [{"m.id": "b", "m.text": [{"body": "A do norte"}]}, {"m.id": "a", "m.text": [{"body": "A do sul"}]}],
    }
}


@pytest.mark.parametrize(("kind", "poll"), [("org.matrix.msc3381.poll.start", OLD), ("m.poll.start", NEW)])
async def test_a_poll_is_one_post_its_answers_in_their_order(
    world: World, ana: Person, kind: str, poll: dict[str, Any]
) -> None:
    said = await ana.says("", type=kind, content=poll)
    assert english(world) == ["Qual estrada?\n1. A do norte\n2. A do sul (pt to en)"]
    assert ana.last.reply_to == said
    assert "Qual estrada?\u2069<br>\u20681. A do norte\u2069<br>\u20682. A do sul" in ana.last.html
    for other in ("poll.response", "poll.end"):
        await ana.says("", type=f"org.matrix.msc3381.{other}", content={"org.matrix.msc1767.text": "Fim da votação"})
    assert len(world.heard) == 1
    question = {"org.matrix.msc3381.poll.start": {"question": {"org.matrix.msc1767.text": "Qual rio?"}, "answers": []}}
    await ana.says("", type=kind, content=edit_of(said, question))
    assert english(world) == ["Qual rio? (pt to en)"]


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"org.matrix.msc3381.poll.start": []},
        {"m.poll": {"question": {"m.text": "x" * 0}, "answers": "none"}},
        {"m.poll": {"question": {"m.text": [[]]}, "answers": [[], 7, {"m.text": [{}]}]}},
        {"org.matrix.msc3381.poll.start": {"question": {"org.matrix.msc1767.text": ["?"]}}},
    ],
)
async def test_a_poll_that_asks_nothing_is_passed_over(world: World, ana: Person, content: dict[str, Any]) -> None:
    said = await ana.says("", type="org.matrix.msc3381.poll.start", content=content)
    assert world.heard == [] and (await world.outcomes())[said] == "no need"


async def test_html_goes_to_the_translator_only_if_it_says_more_than_the_body(world: World, ana: Person) -> None:
    html: list[str] = []
    translate = world.translator.translate

    async def noted(text: str, source: str, targets: Any, aids: Any) -> Any:
        html.append(aids.html)
        return await translate(text, source, targets, aids)

    world.translator.translate = noted  # type: ignore[method-assign]

    async def say(body: str, formatted: str, **more: Any) -> None:
        await ana.says("", content={"msgtype": "m.text", "body": body, "formatted_body": formatted, **HTML, **more})

    await say("A ponte\n\nO rio", "<p>A ponte</p>\n<p>O rio</p>")
    assert html.pop() == "" and "<p>(pt to en)</p>" not in ana.last.html
    await say("A **ponte**", "A <strong>ponte</strong>")
    assert html.pop() == "A <strong>ponte</strong>"
    assert "<strong>ponte</strong>" in ana.last.html and "<strong>en</strong>" in ana.last.html
    assert await world.database.rows("SELECT 1 FROM translation WHERE html != ''")
    quoted = "<mx-reply><blockquote>Sai</blockquote></mx-reply>Fica"
    await say("> <@rui:example.org> Sai\n\nFica", quoted, **{"m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}})
    assert html.pop() == "" and world.translator.asked[-1][0] == "Fica"
    await say("- a\n- b", "<ul><li>Carro</li><li>Barco</li></ul>", msgtype="m.emote")
    assert html.pop() and world.translator.asked[-1][0] == "- Carro\n- Barco"


async def test_a_formatted_message_that_takes_several_posts_is_plain_in_each(world: World, ana: Person) -> None:
    words = "carro " * 800
    await ana.says("", content={"msgtype": "m.text", "body": words, "formatted_body": f"<b>{words}</b>", **HTML})
    posts = [heard.post for heard in world.heard if heard.post]
    assert len(posts) > 1 and all("<b>" not in post.html for post in posts)
    assert "".join(post.record["texts"]["en"] for post in posts).startswith(words.strip())


async def test_what_is_long_because_of_its_formatting_is_one_post_a_language(world: World, ana: Person) -> None:
    world.person("eve", "FRA-PN")
    html = "<p>ponte</p>" * 200 + "<b>rio</b>"
    await ana.says("", content={"msgtype": "m.text", "body": "ponte rio", "formatted_body": html, **HTML})
    assert [list(h.post.record["texts"]) for h in world.heard if h.post] == [["en"], ["fr"]]
    assert all("<b>rio</b>" in h.post.html for h in world.heard if h.post)


async def test_an_edit_of_the_formatting_alone_is_followed(world: World, ana: Person) -> None:
    def content(html: str) -> dict[str, Any]:
        return {"msgtype": "m.text", "body": "A ponte", "formatted_body": html, **HTML}

    said = await ana.says("", content=content("A <b>ponte</b>"))
    await ana.says("", content=edit_of(said, content("<b>A</b> ponte")))
    assert "<b>A</b> ponte" in ana.last.html and ana.last.replaces
