"""Formatted text: words are translated as plain ones are; lists, links, bold and code stand where they did."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from bot.model.rich import read
from bot.model.translation import Aids
from bot.translation import MAX_CHARACTERS, Translator
from bot.translation.placing import Hints, find
from bot.translation.rich import RichDocument

from ..cost import takes_under

session = pytest.mark.asyncio(loop_scope="session")
ISOLATES = re.compile("[\u2067\u2068\u2069]")

ENGINE = {
    "The white van is here.": "A carrinha branca está aqui.",
    "white van": "carrinha branca",
    "white": "Branco",
    "The": "O",
    "van is here.": "carrinha está aqui.",
    "is here.": "está aqui.",
    "Stop.": "Pare.",
    "Do not shoot.": "Não disparem.",
    "Do not": "Não faça",
    "shoot.": "disparem.",
    "Wait for the report now": "Espere pelo relatório agora",
    "report": "denúncia",
    "Wait for the": "Espere pelo",
    "now": "agora",
    "Go": "Vá",
    "Stay": "Fique",
    "Read": "Leia",
}


def translated(source: str, engine: Mapping[str, str] = ENGINE, target: str = "pt") -> tuple[str, str]:
    """Return *source* as an engine makes it that knows these sentences, and leaves others as they are."""
    rich = read(source)
    assert rich
    document = RichDocument(rich, "en", ("Ana",))
    return document.assemble([engine.get(segment, segment) for segment in document.segments], target)


@pytest.mark.parametrize(
    ("source", "text", "html"),
    [
        (
            "The <b>white van</b> is here.",
            "A **carrinha branca** está aqui.",
            "<p>A <strong>carrinha branca</strong> está aqui.</p>",
        ),
        (
            "<b>Stop. Do not shoot.</b>",
            "**Pare. Não disparem.**",
            "<p><strong>Pare. Não disparem.</strong></p>",
        ),
        (
            "<b>Stop.</b> <b>Do not shoot.</b>",
            "**Pare.** **Não disparem.**",
            "<p><strong>Pare.</strong> <strong>Não disparem.</strong></p>",
        ),
        ("<b>Do not</b> shoot.", "**Não** disparem.", "<p><strong>Não</strong> disparem.</p>"),
        (
            # Another word for it by itself: what stands between its neighbours is meant.
            'Wait for the <a href="https://x.y">report</a> now',
            "Espere pelo relatório (https://x.y) agora",
            '<p>Espere pelo <a href="https://x.y">relatório</a> agora</p>',
        ),
        (
            "<ul><li>Go</li><li><i>Stay</i></li></ul><p>Stop.</p>",
            "- Vá\n- *Fique*\n\nPare.",
            "<ul><li>Vá</li><li><em>Fique</em></li></ul><p>Pare.</p>",
        ),
        ("<ol><li>Go</li><li>Stay</li></ol>", "1. Vá\n2. Fique", "<ol><li>Vá</li><li>Fique</li></ol>"),
        (
            "<blockquote>Stop.</blockquote>Go",
            "> Pare.\n\nVá",
            "<blockquote>Pare.</blockquote><p>Vá</p>",
        ),
        (
            "<pre><code>Stop.\nGo</code></pre><p><code>Go</code></p>",
            "```\nStop.\nGo\n```\n\n`Go`",
            "<pre><code>Stop.\nGo</code></pre><p><code>Go</code></p>",
        ),
        (
            '<span data-mx-spoiler="Stay">Stop.</span>',
            "||Pare.||",
            '<p><span data-mx-spoiler="Stay">Pare.</span></p>',
        ),
        ("<b>Go</b><br>Stay", "**Vá**\nFique", "<p><strong>Vá</strong><br>Fique</p>"),
        ("Go<br><br>Stay", "Vá\n\nFique", "<p>Vá<br><br>Fique</p>"),
        (
            "The <b>white <i>van</i></b> is here.",
            "A **carrinha branca** está aqui.",
            "<p>A <strong>carrinha branca</strong> está aqui.</p>",
        ),
    ],
)
def test_what_an_engine_is_given_and_where_its_words_go(source: str, text: str, html: str) -> None:
    said, shown = translated(source)
    shown = ISOLATES.sub("", shown)
    if "<i>van" in source:  # a mark that is not found again stands around all that the outer one does
        said, shown = said.replace("***", "**"), re.sub("</?em>", "", shown)
    assert (said, shown) == (text, html)


def test_a_mark_that_is_not_found_again_is_as_long_as_its_sentence() -> None:
    engine = {"Wait for the report now": "Aguardem já o documento"}
    said, shown = translated('Wait for the <a href="https://x.y">report</a> now', engine)
    assert said == "Aguardem já o documento (https://x.y)"
    assert '<a href="https://x.y">Aguardem já o documento</a>' in shown
    assert (
        "||Aguardem já o documento||" in translated("Wait for the <span data-mx-spoiler>report</span> now", engine)[0]
    )


def test_what_an_engine_writes_is_no_html() -> None:
    said, shown = translated("<b>Go</b> on", {"Go on": "<script>x</script> & <b>", "Go": "?"})
    assert "<script>" in said
    assert "&lt;script&gt;x&lt;/script&gt; &amp; &lt;b&gt;" in shown and "<script" not in shown


def test_tokens_and_mentions_are_kept_from_the_engine() -> None:
    rich = read(
        '<a href="https://matrix.to/#/@a:b">Ana</a> and Ana at <code>x_y</code>: <b>AA-12-BB</b> \U000f0000<b>14:30</b>'
    )
    assert rich
    document = RichDocument(rich, "en", ("Ana",))
    assert not re.search("Ana|x_y|AA|14", " ".join(document.segments))
    said, shown = document.assemble(document.segments, "pt")
    assert said == "Ana and Ana at `x_y`: **AA-12-BB** **14:30**"
    assert "<code>x_y</code>: <strong>AA-12-BB</strong> <strong>14:30</strong>" in shown
    assert shown.count("https://matrix.to/#/@a:b") == 1


def test_tokens_in_a_line_from_right_to_left_are_isolated() -> None:
    engine = {segment: "الشاحنة عند " + segment[-1] for segment in ["The van is at \U000f0000"]}
    _said, shown = translated("The van is at <b>29S ND 12345 67890</b>", engine, "ar")
    assert shown == "<p>\u2067الشاحنة عند <strong>\u206829S ND 12345 67890\u2069</strong>\u2069</p>"


@pytest.mark.parametrize(
    ("sentence", "hints", "found"),
    [
        ("Ninguém sai até novo aviso.", Hints("até nova notificação", "Ninguém sai", ""), "até novo aviso"),
        ("Check each visa.", Hints("Visa Visa", "Check each", ""), "visa"),
        ("The car and the car", Hints("the car", "", ""), "The car"),
        ("Wait for it", Hints("que", "Stop", "now"), None),
        ("", Hints("x", "", ""), None),
    ],
)
def test_a_phrase_is_found_by_itself_or_by_its_neighbours(sentence: str, hints: Hints, found: str | None) -> None:
    span = find(sentence, hints, (0, len(sentence)), 0.0)
    assert (sentence[slice(*span)] if span else None) == found


def test_of_several_places_the_nearer_is_meant() -> None:
    sentence = "The car and the car"
    assert find(sentence, Hints("the car", "", ""), (0, len(sentence)), 0.9) == (12, 19)


HOSTILE = {
    "marks": "<b>x</b> y. ",
    "nested": "<b><i><span data-mx-spoiler>Go. ",
    "items": "<li><ul><li>Go <b>x</b> y. </li></ul>",
    "tokens": "<b>12:30</b> AA-12-BB ",
    "names": "<b>Ana</b> Rui ",
    "urls": "https://x.org<code>a</code>",
    "breaks": "<b>x</b><br>",
    "sentences": "Go. ",
    "letters": "a",
    "accents": "aé ",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_html_is_taken_apart_and_put_together_in_little_time(kind: str) -> None:
    source = HOSTILE[kind]
    most = max(n for n in (50, 200, 390, 700, 5000, 19_000) if n * len(read(source + "x").text) <= MAX_CHARACTERS)  # type: ignore[union-attr]
    rich = next(rich for n in (most, 700, 390, 200, 100) if (rich := read(source * n)))

    def work() -> None:
        document = RichDocument(rich, "en", ("Ana", "Rui"))
        document.assemble(document.segments, "ar")

    assert takes_under(0.1, work)


@session
async def test_real_models_keep_lists_links_bold_and_code(translator: Translator) -> None:
    html = (
        "<p>The <strong>white van</strong> is at the <em>bridge</em>. <strong>Do not stop the van.</strong></p>"
        '<ul><li>Read the <a href="https://example.org/a?b=1&amp;c=2">full report</a></li>'
        "<li>The code is <code>XK-7 open_gate</code></li></ul>"
    )
    made = (await translator.translate("x", "en", ["pt"], Aids(html=html)))["pt"]
    assert made.flags == () and made.engine == "bergamot"
    assert made.text == (
        "A **van branca** está na *ponte*. **Não pare a van.**\n\n"
        "- Leia o relatório completo (https://example.org/a?b=1&c=2)\n"
        "- O código é `XK-7 open_gate`"
    )
    assert ISOLATES.sub("", made.html) == (
        "<p>A <strong>van branca</strong> está na <em>ponte</em>. <strong>Não pare a van.</strong></p>"
        '<ul><li>Leia o <a href="https://example.org/a?b=1&amp;c=2">relatório completo</a></li>'
        "<li>O código é <code>XK-7 open_gate</code></li></ul>"
    )


MARKED = {
    "en": (
        "Do *not* enter the warehouse before the team arrives.",
        "The *white van* is at the bridge.",
        "Please read the *full report* before the meeting.",
        "The driver said that he *saw nothing* at the border.",
        "Send two officers to the *north gate* immediately.",
        "Wait for the *second signal*, then move.",
        "The boat left *without lights* last night.",
        "Nobody may leave the area *until further notice*.",
        "Three *children* were found in the truck.",
        "The suspect wears a *red jacket* and black trousers.",
        "All units must *stay in position*.",
    ),
    "pt": (
        "A *carrinha branca* está na ponte.",
        "O suspeito está *armado* e pode ser perigoso.",
        "O condutor disse que *não viu nada* na fronteira.",
        "Precisamos de *mais água* no posto de controlo.",
        "Liguem ao *oficial de serviço* se algo mudar.",
        "Ninguém pode sair da zona *até novo aviso*.",
        "Não usem a *entrada principal*.",
        "Todas as unidades devem *ficar em posição*.",
    ),
}


@session
@pytest.mark.parametrize(("source", "target"), [("en", "pt"), ("pt", "en")])
async def test_a_marked_sentence_reads_as_it_does_without_marks_and_few_marks_are_too_long(
    translator: Translator, source: str, target: str
) -> None:
    too_long = 0
    for sentence in MARKED[source]:
        html = re.sub(r"\*(.+?)\*", r"<em>\1</em>", sentence)
        plain = (await translator.translate(sentence.replace("*", ""), source, [target]))[target]
        made = (await translator.translate(sentence, source, [target], Aids(html=html)))[target]
        assert (made.text.replace("*", ""), made.flags) == (plain.text, plain.flags)
        assert made.text.count("*") == 2
        too_long += made.text.startswith("*") and made.text.rstrip(".").endswith("*")
    assert too_long <= 1


@session
async def test_marks_survive_a_route_over_two_engines(translator: Translator) -> None:
    html = "<ul><li>Matrícula <b>AA-12-BB</b>, hora 14:30.</li></ul>"
    made = (await translator.translate("x", "pt", ["es", "en"], Aids(html=html)))["es"]
    assert made.route == ("pt", "en", "es") and made.engine == "bergamot+argos"
    assert made.text.startswith("- ") and "**AA-12-BB**" in made.text and "14:30" in made.text


@session
async def test_what_is_too_much_is_translated_as_plain_text(translator: Translator) -> None:
    html = "<b>Go.</b> " * 600
    made = (await translator.translate("The van is here.", "en", ["pt"], Aids(html=html)))["pt"]
    assert made == (await translator.translate("The van is here.", "en", ["pt"]))["pt"] and made.flags == ()


@session
async def test_faults_of_phrases_that_are_only_looked_for_are_no_faults(translator: Translator) -> None:
    html = "They say <b>Jawohl mein Herr</b> and leave."
    made = (await translator.translate("x", "en", ["pt"], Aids(html=html)))["pt"]
    plain = (await translator.translate("They say Jawohl mein Herr and leave.", "en", ["pt"]))["pt"]
    phrase = (await translator.translate("Jawohl mein Herr", "en", ["pt"]))["pt"]
    assert set(phrase.flags) - set(plain.flags), "the phrase, which is asked for too, has a fault of its own"
    assert made.flags == plain.flags
