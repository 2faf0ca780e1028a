"""Cleaning, cutting and masking of text; what a bad translation looks like."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n import INTERFACE_LANGUAGES
from bot.model.rich import read
from bot.model.translation import Aids, Flag
from bot.translation import foreign, mask, normalise, quality, segment
from bot.translation.document import MAX_SEGMENTS, Document
from bot.translation.engine import Output
from bot.translation.rich import RichDocument

from ..cost import takes_under


@pytest.mark.parametrize(
    ("line", "segments"),
    [
        ("Stop. Wait here! Why? Go.", ["Stop. ", "Wait here! ", "Why? ", "Go."]),
        ("approx. 5 people, e.g. drivers", ["approx. 5 people, e.g. drivers"]),
        ("J. Silva saw it. Good.", ["J. Silva saw it. ", "Good."]),
        ("Hm... not sure... Maybe.", ["Hm... not sure... ", "Maybe."]),
        ('He said "stop." Then left.', ['He said "stop." ', "Then left."]),
        ("¿Dónde está? ¡Alto! Ya.", ["¿Dónde está? ", "¡Alto! ", "Ya."]),
        ("ver example.org agora", ["ver example.org agora"]),
        ("警察。停下！", ["警察。", "停下！"]),
    ],
)
def test_a_line_is_cut_into_sentences(line: str, segments: list[str]) -> None:
    assert list(segment.split(line)) == segments


SENTENCES = {  # cut where a bar stands
    "en": (
        "Mr. Hill and Sgt. Ross are at St. Mary's, e.g. Gate 4.| Go.",
        "See no. 12 on p. 4.| Is it him?| I said no.| He left.",
        "We saw cars, boats etc.| The rest fled at 5 p.m.| Send approx. 12 men.",
    ),
    "pt": (
        "O Sr. Silva e a Dra. Costa estão na Av. Central, n.º 5.| Venham.",
        "Fala o Cap. Reis, p. ex. Porto.| Ver art. 7 e pág. 3.| Havia facas, etc.| Fugiram.",
        "O Sarg. Lima mora no n. 12, R. Direita.| Não.",
    ),
    "es": (
        "El Sr. Ruiz y la Sra. Gil viven en la Avda. Mayor, núm. 5.| Vengan.",
        "Ud. Debe esperar al Sgto. Vega.| Ver art. 7.| Dijo que no.| 5 hombres huyeron.",
        "Había cuchillos, etc.| Huyeron por la Ctra. Vieja, km. 12.| ¿Dónde?",
    ),
    "fr": (
        "M. Petit et Mme. Roy sont bd. Voltaire, n. 5.| Venez.",
        "Le Dr. Blanc et J.-P. Martin, p. ex. Lyon.| Voir art. 7.| Des couteaux, etc.| Il a fui.",
        "Le Cdt. Faure attend.| Il dit non.| Tél. 17.",
    ),
    "de": (
        "Waffen, z.B. Messer bzw. Pistolen, u.a. Gewehre.| Kommen Sie.",
        "Es geht z. B. Herrn Dr. Maier an, d. h. Alle.| Siehe Nr. 5, Hauptstr. 12.| Er wohnt in der Hauptstr.| Los.",
        "Am 12. Mai im 3. Stock, ca. Mitte.| Es waren 12.| Messer usw.| Er rief: „Halt.“| Dann floh er nach 5 h.| Los.",
    ),
    "it": (
        "Il Sig. Rossi e la Sig.ra Bruni, dell'avv. Neri, sono in P.za Dante, n. 5.| Venite.",
        "Il Dott. Verdi, p.es. Roma.| Vedi art. 7 e pag. 3.| Coltelli, ecc.| È fuggito.",
        "Il Mar. Conti e il Brig. Costa aspettano.| Dice di no.",
    ),
    "pl": (
        "Mieszka na ul. Długiej przy al. Jana, os. Leśne, nr. 5.| Chodźcie.",
        "Dowodzi kpt. Nowak, tzw. Wilk, woj. Lubelskie.| Było ok. 12 osób.| Ok.| Jedziemy.",
        "Noże, pistolety itd.| Uciekł w 2024 r.| Szukamy go, zob. Art. 7.",
    ),
    "ro": (
        "Locuiește pe str. Mihai, bl. A, nr. 5.| Veniți.",
        "Dl. Popescu și Dna. Ionescu, jud. Cluj.| Vezi art. 7, alin. 2.| Cuțite etc.| A fugit.",
        "Cpt. Radu așteaptă.| A spus nu.",
    ),
    "el": (
        "Ο κ. Παπάς και η κα. Λίτσα είναι στην οδ. Ερμού, αρ. 5.| Ελάτε.",
        "Πού είναι;| Ποιος είναι ο οδηγός\u037e| Δεν ξέρω, π.χ. Πάτρα.| Βλ. Σελίδα, σελ. 3.",
        "Μαχαίρια κ.λπ.| Έφυγε μετά από 5 λ.| Στη λεωφ. Αθηνών.| Όπλα;| Ναι.",
    ),
    "uk": (
        "Він на вул. Садовій, просп. Миру, м. Київ, буд. 5.| Приїжджайте.",
        "Це гр. Коваль, гр-н. Мельник, р-н. Галицький, див. ст. 7, напр. Львів.| Ножі тощо.| Утік.",
        "Він за 100 м.| Потім ліс.",
    ),
    "tr": (
        "Atatürk Cad. Gül Sok. No. 5, Yeni Mah. Ankara.| Gelin.",
        "Av. Kaya ve Dr. Demir 3. Kat tarafında.| Bıçak vb.| Kaçtı.",
        "Bkz. Madde 7, GEN. Müdür.| Hayır.",
    ),
    "ar": (
        "هل هو مسلح؟| لا نعرف.| اذهب إلى الجسر.",
        "وصل د. أحمد و أ.د. سالم إلى ص.ب. البريد.| انظر ص. 5.| انتظر.",
        "إنه على بعد 100 م.| ثم الغابة.",
    ),
}


def test_every_interface_language_has_sentences_of_its_own() -> None:
    assert set(SENTENCES) == set(INTERFACE_LANGUAGES)


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in SENTENCES.items() for text in texts])
def test_a_sentence_ends_as_in_its_language_and_never_behind_an_abbreviation(language: str, text: str) -> None:
    parts = list(segment.split(text.replace("|", ""), language))
    assert [part.strip() for part in parts] == [part.strip() for part in text.split("|")]
    assert "".join(parts) == text.replace("|", "")


def test_the_rules_are_those_of_the_source() -> None:
    assert Document.parse("Πού είναι; Εδώ.", "el").segments == ("Πού είναι;", "Εδώ.")
    assert Document.parse("o carro; Aqui.", "pt").segments == ("o carro; Aqui.",)
    assert Document.parse("Auf der Hauptstr. 5 m. Er kam.", "de").segments == ("Auf der Hauptstr. 5 m.", "Er kam.")
    formatted = read("<p><b>Πού</b> είναι; Εδώ.</p>")
    assert formatted and RichDocument(formatted, "el").segments[:2] == ("Πού είναι;", "Εδώ.")
    assert list(segment.split("Mr. Hill. Go.", "xx")) == ["Mr. Hill. ", "Go."]


@given(st.text(alphabet="ab ,;.!?\u00e3-:A1", max_size=1500))
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_between_segments_and_none_is_long(line: str) -> None:
    parts = segment.split(line)
    assert "".join(parts) == line
    assert all(len(part.strip()) <= segment.MAX_CHARACTERS for part in parts)


def test_a_long_text_without_stops_is_cut_at_commas_then_words() -> None:
    parts = segment.split("the man went on, " * 40)
    assert all(part.endswith(", ") for part in parts)
    parts = segment.split("word " * 400)
    assert all(part.endswith("word ") for part in parts)
    assert [len(part) for part in segment.split("x" * 700)] == [280, 280, 140]


@pytest.mark.parametrize("text", ["- one\n- two\n\n  3) three", "> quoted\nanswer", "a\n\n\nb\n", "\n \n", "", "🚨"])
def test_lines_bullets_and_quotes_come_back_as_they_were(text: str) -> None:
    document = Document.parse(text, "en")
    assert document.assemble(document.segments) == text


@pytest.mark.parametrize("unit", ["a\n", "a! ", "14:30 a\n", "é。"])
def test_beyond_the_most_segments_the_rest_is_one_that_stays_as_it_is(unit: str) -> None:
    text = unit * (MAX_SEGMENTS + 300)
    document = Document.parse(text, "pt")
    assert (len(document.segments), document.cut) == (MAX_SEGMENTS + 1, True)
    assert document.assemble(document.segments) == text
    full = Document.parse(unit * MAX_SEGMENTS + "14:30\n! " * 300, "pt")
    assert (len(full.segments), full.cut) == (MAX_SEGMENTS, False), "what has no letters is no segment"


def test_only_words_are_segments() -> None:
    assert Document.parse("- ver AA-12-BB, sim\n🚨 14:30", "pt").segments == (f"ver {mask.slot(0)}, sim",)


PIECES = st.sampled_from(
    ["14:30", "AA-12-BB", "Ana", "29T NE 12345 67890", "@ana:gnr.example", "½", "🚨", "!", " ", "\n", "stop "]
)


@given(st.lists(PIECES | st.text(max_size=20), max_size=60).map("".join))
@settings(max_examples=200, deadline=None)
def test_of_any_text_that_is_taken_apart_each_token_comes_back_once_and_in_its_place(text: str) -> None:
    document = Document.parse(text, "en", Aids(("Ana",)))
    # Characters that no cleaned text holds, one for each token.
    marks = [chr(0x100000 + i) for i in range(len(document.tokens))]
    whole = replace(document, tokens=tuple(marks)).assemble(document.segments)
    assert re.findall(mask.SLOT, whole) == marks


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("st\u200bop \u202ehere\u202c", "stop here"),
        ("soft\u00adhyphen \ufeffx", "softhyphen x"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("x\U000f0000y", "xy"),
    ],
)
def test_format_characters_go_and_joiners_that_mean_something_stay(text: str, tidy: str) -> None:
    assert normalise.clean(text) == tidy


def test_fractions_and_powers_are_out_before_nfkc() -> None:
    document = Document.parse("andou 1½ km e 10² metros \uff21\uff22", "pt")
    assert document.tokens == ("1½", "10²")
    assert document.assemble(document.segments) == "andou 1½ km e 10² metros AB"


@pytest.mark.parametrize(
    ("text", "language", "cased"),
    [
        ("NÃO DISPAREM!", "pt", "Não disparem!"),
        ("ARMED AND DANGEROUS, DO NOT APPROACH", "en", "Armed and dangerous, do not approach"),
        ("¡ALTO!", "es", "¡Alto!"),
        ("GNR", "pt", "GNR"),
        ("A GNR chegou", "pt", "A GNR chegou"),
        ("HIZLI İPTAL", "tr", "Hızlı iptal"),
        ("DON'T RUN!", "en", "Don't run!"),
        ("GET OUT", "en", "Get out"),
        ("RUN!", "en", "Run!"),
        ("PSP GNR", "pt", "PSP GNR"),
        ("SOS", "en", "SOS"),
        ("Attention, DO NOT SHOOT", "en", "Attention, do not shoot"),
        ("Ele NÃO está armado", "pt", "Ele não está armado"),
        ("está ARMADO, NÃO SE APROXIMEM", "pt", "está armado, não se aproximem"),
        ("tell JOHN HUNTER of the GNR", "en", "tell JOHN HUNTER of the GNR"),
        ("Он сказал НЕ ВХОДИТЬ", "xx", "Он сказал НЕ ВХОДИТЬ"),
        ("Він сказав НЕ ВХОДИТИ", "uk", "Він сказав не входити"),
    ],
)
def test_shouting_is_sentence_cased(text: str, language: str, cased: str) -> None:
    assert normalise.sentence_case(text, language) == cased


@pytest.mark.parametrize(
    ("segment", "language", "words", "speak"),
    [
        ("see Müller in Łódź", "en", ("Müller", "Łódź"), False),
        ("a carrinha do Müller está à espera", "pt", (), False),
        ("o Piotr Wiśniewski não está", "pt", ("Wiśniewski",), False),
        ("he said não and left", "en", ("não",), True),
        ("tell محمد علي now", "en", ("محمد", "علي"), False),
        ("he said السائق غير مسلح", "en", ("السائق", "غير", "مسلح"), True),
        ("ο οδηγός του Frontex", "el", ("Frontex",), False),
        ("word " + "z" * 65, "en", ("z" * 65,), False),
        ("在桥上有一辆白色的面包车" * 8, "zh", (), False),
        ("den façon", "xx", (), False),
    ],
)
def test_words_with_other_letters_are_hidden_and_come_back(
    segment: str, language: str, words: tuple[str, ...], speak: bool
) -> None:
    hidden, found = foreign.hide(segment, language)
    assert (found, foreign.show(hidden, found)) == (words, segment)
    assert not any(word in hidden for word in words)
    assert words == ("z" * 65,) or foreign.speak(found) == speak


@pytest.mark.parametrize(
    ("text", "collapsed"),
    [
        ("stop " * 40, "stop stop stop "),
        ("go now " * 10 + "please", "go now go now go now please"),
        ("no, no, no, no, no!", "no, no, no,"),
        ("the man the woman", "the man the woman"),
    ],
)
def test_repeats_are_collapsed(text: str, collapsed: str) -> None:
    assert normalise.collapse(text.strip()).strip() == collapsed.strip()


def test_letters_held_down_are_collapsed_and_digits_never() -> None:
    assert normalise.plain("a" * 300 + " 1000000 noooooo!!!!!!!") == "aaa 1000000 nooo!!!"


def test_emphasis_goes_and_its_words_stay() -> None:
    assert normalise.plain("**Stop** the _car_ *now*, 2 * 3 * 4") == "Stop the car now, 2 * 3 * 4"


def test_masks_come_back_in_any_order_exactly_once() -> None:
    first, second = mask.slot(0), mask.slot(1)
    masked = mask.mask(f"see {first} at {second}", "letters")
    assert masked.text == "see XQ0 at XQ1"
    assert mask.unmask(masked, "em XQ1, ver XQ0") == f"em {second}, ver {first}"
    for broken in (
        "em XQ1",
        "XQ0 XQ0 XQ1",
        "XQ0 XQ1 XQ2",
        "XQ0s XQ1",
        "XQ 0 XQ1",
        "xq0 XQ1",
        "XQ XQ0 XQ1",
        "",
    ):
        assert mask.unmask(masked, broken) is None


def test_neighbouring_tokens_share_a_mask_and_a_mask_in_the_text_is_not_used() -> None:
    run = f"{mask.slot(0)} {mask.slot(1)}"
    masked = mask.mask(f"use XQ0: {run} ok", "letters")
    assert masked.text == "use XQ0: XQ1 ok"
    assert mask.unmask(masked, "usar XQ0: XQ1 ok") == f"usar XQ0: {run} ok"


def test_number_masks_are_told_from_longer_numbers() -> None:
    slots = "".join(f"{mask.slot(i)} and " for i in range(12)) + "on"
    masked = mask.mask(slots, "numbers")
    assert masked.text.startswith("90000 and 90001 and ")
    assert mask.unmask(masked, masked.text) == slots
    assert mask.unmask(masked, masked.text.replace("90001 ", "90.001 ", 1)) is None


EN_PT, PT_EN, EN_ES, PT_ES = ("en", "pt"), ("pt", "en"), ("en", "es"), ("pt", "es")


@pytest.mark.parametrize(
    ("source", "output", "languages", "flags"),
    [
        ("321 metres away", "a 321 metros", EN_ES, set()),
        ("321 metres away", "a 1 metros", EN_ES, {Flag.NUMBER}),
        ("321 metres away", "a 213 metros", EN_ES, {Flag.NUMBER}),
        ("1500 metres, 20 men", "20 hombres, 1.500 metros", EN_ES, set()),
        ("three suspects here", "tres sospechosos sospechosos sospechosos", EN_ES, {Flag.REPETITION}),
        ("stop stop stop", "pare pare pare", EN_PT, set()),
        ("the van is near the bridge now", "a carrinha", EN_PT, {Flag.LENGTH}),
        ("stop", "a", EN_PT, {Flag.LENGTH}),
        ("Fire!", "O!", EN_PT, {Flag.LENGTH}),
        ("car", "o", EN_PT, {Flag.LENGTH}),
        ("stop him", "a o", EN_PT, {Flag.LENGTH}),
        ("suspects", "os", EN_PT, {Flag.LENGTH}),
        ("ambulâncias", "ami", PT_ES, {Flag.LENGTH}),
        ("στοπ", "a", ("el", "en"), {Flag.LENGTH}),
        (f"plate {mask.slot(0)}", f"a {mask.slot(0)}", EN_PT, {Flag.LENGTH}),
        ("south", "sul", EN_PT, set()),
        ("there", "ali", EN_PT, set()),
        ("go", "ir", EN_PT, set()),
        ("meat", "et", ("en", "tr"), set()),
        ("with", "z", ("en", "pl"), set()),
        (f"with {mask.slot(0)} and {mask.slot(1)}", f"z {mask.slot(0)} i {mask.slot(1)}", ("en", "pl"), set()),
        ("300 metres", "300 m", EN_PT, set()),
        (f"{mask.slot(0)} kilometres", f"{mask.slot(0)} km", EN_PT, set()),
        ("police", "警", ("en", "zh"), set()),
        ("the van is near the bridge", "The van is near the bridge.", EN_PT, {Flag.IDENTICAL}),
        ("Hospital Central", "Hospital Central", PT_ES, set()),
        ("disse que não sabe nada", "said he knows it all", PT_EN, {Flag.NEGATION}),
        ("disse que não sabe nada", "said that he does not know anything", PT_EN, set()),
        ("Do not approach, he is not armed", "Aproxime-se, não está armado", EN_PT, {Flag.NEGATION}),
        ("Do not approach, he is not armed", "Não se aproxime, não está armado", EN_PT, set()),
        ("he is unarmed", "no lleva armas", EN_ES, set()),
        ("o carro está no porto", "the car is in the harbour", PT_EN, set()),
        ("he says que não sabe", "ele diz que sabe", EN_PT, {Flag.NEGATION, Flag.LANGUAGE}),
        ("he says que não sabe", "ele diz que não sabe", EN_PT, {Flag.LANGUAGE}),
        ("sem embargo algum", "no embargo", PT_ES, set()),
        ("House no. 5 is open", "A casa n.º 5 está aberta", EN_PT, set()),
        ("There's nobody here", "Não há ninguém aqui", EN_PT, set()),
        ("the van is 5 km away", "a carrinha está a 5 milhas", EN_PT, {Flag.UNIT}),
        ("the van is 5 km away", "a carrinha está a 5 quilómetros", EN_PT, set()),
        ("2 kg of drugs and 300 euros", "2 kg de droga e 300 €", EN_PT, set()),
        ("the van is near the bridge", "машина возле моста", EN_ES, {Flag.SCRIPT}),
    ],
)
def test_what_is_doubtful_is_flagged(source: str, output: str, languages: tuple[str, str], flags: set[Flag]) -> None:
    assert quality.check(source, output, languages) == flags


@pytest.mark.parametrize(
    ("source", "output", "languages", "broken"),
    [
        ("The bridge is closed.", "El puente está que.", ("en", "es"), True),
        ("The road is closed", "La carretera está ", ("en", "es"), True),
        ("The road is closed.", "La carretera está .", ("en", "es"), True),
        ("The bridge is closed to all traffic.", "A ponte está.", ("en", "pt"), True),
        ("A ponte está fechada ao trânsito.", "The bridge is.", ("pt", "en"), True),
        ("Everything is fine.", "Todo está esperando en la.", ("en", "es"), True),
        ("O carro parou ali!", "The car stopped near the!", ("pt", "en"), True),
        ("Der Wagen steht an der Brücke.", "Le camion est sur", ("de", "fr"), False),
        ("Der Wagen steht an der Brücke.", "Le camion est dans le", ("de", "fr"), True),
        ("The van is here.", "Der Wagen ist im.", ("en", "de"), True),
        # right as they are
        ("I do not know where the bridge is.", "Não sei onde a ponte está.", ("en", "pt"), False),
        ("Não sei o que se passa.", "I do not know what it is.", ("pt", "en"), False),
        ("He says that he is not.", "Ele diz que não é.", ("en", "pt"), False),
        ("Go to grid sector A.", "Ide ao sector A.", ("en", "pt"), False),
        ("I saw him.", "Vi-o.", ("en", "pt"), False),
        ("where are you from", "de onde és", ("pt", "en"), False),
        ("Er kommt aus dem Wagen mit.", "He comes from the", ("de", "en"), True),
        ("Wait for the", "Espera por os", ("en", "pt"), False),
        ("Come in .", "Entrem .", ("en", "pt"), False),
        ("Hm ... no idea", "Hm ... não sei", ("en", "pt"), False),
        (f"Go to {mask.slot(0)}.", f"Vá até {mask.slot(0)} .", ("en", "pt"), False),
        ("word " * 40 + "of the", "palavra " * 40 + "de", ("en", "pt"), False),
        ("word " * 40 + "here", "palavra " * 40 + "de", ("en", "pt"), False),
    ],
)
def test_a_translation_that_breaks_off_is_noticed(
    source: str, output: str, languages: tuple[str, str], broken: bool
) -> None:
    assert quality.breaks_off(source, output, languages) is broken


def test_many_unknown_pieces_are_flagged() -> None:
    assert quality.check("a b c d", "e f g h", EN_PT, Output("e f g h", unknown=0.5)) == {Flag.UNKNOWN}


def test_a_model_that_is_unsure_of_its_words_is_flagged() -> None:
    assert quality.check("a b c d", "e f g h", EN_PT, Output("e f g h", score=-1.2)) == {Flag.UNKNOWN}


def test_a_text_does_not_grow_beyond_measure() -> None:
    """A ligature for a whole blessing would make eighteen times as much to translate of each message."""
    assert len(" ".join(Document.parse("\ufdfa" * 19_000, "ar").segments)) < 40_000
    assert "\ufdfa" not in Document.parse("\ufdfa ponte", "pt").segments[0]


def test_a_heap_of_marks_on_one_letter_takes_no_time() -> None:
    heap = "a" + "\u0301\u0316" * 9_000
    assert takes_under(0.05, lambda: Document.parse(heap, "pt"))
    document = Document.parse(heap + " ponte. Água, não: ação.", "pt")
    assert "Água, não: ação." in " ".join(document.segments)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("!Parem", "Parem!"),
        ("!Alto, policía!", "Alto, policía!"),
        ("!Onde está?", "Onde está?"),
        ("!¡Alto!", "¡Alto!"),
        ("¡Alto!", "¡Alto!"),
        ("Parem!", "Parem!"),
        ("!= 5", "!= 5"),
        ("!12 de maio", "!12 de maio"),
    ],
)
def test_an_exclamation_mark_that_stands_before_goes_behind(said: str, read: str) -> None:
    assert normalise.called(said) == read
