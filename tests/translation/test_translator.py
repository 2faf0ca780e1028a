"""The whole pipeline on real models, and without a network."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.model.translation import Aids, Flag
from bot.translation import MAX_CHARACTERS, Detected, Translator
from bot.translation.document import MAX_SEGMENTS
from bot.translation.engine import Output, Pair

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_pairs_are_known_with_their_identity(translator: Translator) -> None:
    found = {pair.key: pair for pair in translator.pairs}
    assert list(found) == ["argos:en-es", "argos:es-en", "bergamot:en-pt", "bergamot:pt-en"]
    assert all(len(pair.sha256) == 64 for pair in found.values())
    assert found["bergamot:pt-en"].variant == "Brazilian Portuguese"
    assert translator.route("pt", "es") == ("pt", "en", "es") and translator.route("pt", "el") is None


async def test_it_tells_by_which_engines_each_pair_goes(translator: Translator) -> None:
    pairs = [(source, target) for source in ("en", "pt-PT", "es", "el") for target in ("en", "pt-PT", "es")]
    gone = {"el-en": "", "el-pt": "", "el-es": ""}
    assert translator.ways(pairs) == {
        "en-pt": "bergamot",
        "en-es": "argos",
        "pt-en": "bergamot",
        "pt-en-es": "bergamot+argos",
        "es-en": "argos",
        "es-en-pt": "argos+bergamot",
        **gone,
    }
    without = translator.ways([("en", "es"), ("es", "pt")], {"argos:en-es"})
    assert without == {"en-es": "", "es-en-pt": "argos+bergamot"}, "a model that cannot be used serves nobody"


async def test_one_leg(translator: Translator) -> None:
    made = (await translator.translate("O condutor não está armado.", "pt", ["en"]))["en"]
    assert (made.text, made.route, made.engine) == ("The driver is not armed.", ("pt", "en"), "bergamot")
    assert made.flags == () and made.source == "pt" and made.target == "en"


async def test_a_pivot_crosses_engines(translator: Translator) -> None:
    text = "Posição 33UXP0500444998, hora 14:30."
    made = await translator.translate(text, "pt", ["es", "en"])
    assert made["es"].text == "Posición 33UXP0500444998, hora 14:30."
    assert (made["es"].route, made["es"].engine) == (("pt", "en", "es"), "bergamot+argos")
    assert made["es"].protected == made["en"].protected == ("33UXP0500444998", "14:30")


async def test_a_leg_that_two_targets_share_is_translated_once(translator: Translator) -> None:
    translator.pool.batches = 0
    await translator.translate("A carrinha está na ponte.", "pt", ["es", "en"])
    assert translator.pool.batches == 2


async def test_messages_and_target_languages_travel_in_one_batch(translator: Translator) -> None:
    translator.pool.batches = 0
    said = ("The van is at the bridge.", "The road is closed.", "We see a white van near the bridge.")
    made = await asyncio.gather(*(translator.translate(text, "en", ["pt", "es"]) for text in said))
    assert all(Flag.UNAVAILABLE not in one.flags for each in made for one in each.values())
    assert translator.pool.batches == 1


TOKENS = (
    "AA-12-BB", "12 AB 34", "1234 BBB", "B-MW 1234", "33UXP0500444998", "29S ND 12345 67890", "14:30", "7h30",
    "221430Z NOV 26", "38.7223, -9.1393", "38°42'36\"N 9°8'2\"W", "1,250.50 €", "+351 912 345 678",
    "https://example.org/a?b=1&c=(2)", "@ana:example.org", "BRAVO-7K3Q0", "TLP:AMBER+STRICT", "`rm -rf x_y`",
    "🚨👍🏽",
)  # fmt: skip
CARRIERS = {
    "pt": ("A carrinha com {} está na ponte.", "Vemos três pessoas perto de {}, enviem a patrulha!"),
    "en": ("The white van with plate {} is at the bridge.", "Do not stop {}\n- wait for {} here"),
    "es": ("La furgoneta con matrícula {} está en el puente.", "No detenga {} y espere."),
}


@pytest.mark.parametrize(("source", "target"), [("pt", "en"), ("en", "pt"), ("pt", "es"), ("en", "es"), ("es", "pt")])
async def test_tokens_survive_byte_for_byte_each_as_often_as_before(
    translator: Translator, source: str, target: str
) -> None:
    texts = [carrier.replace("{}", token) for carrier in CARRIERS[source] for token in TOKENS]
    made = await asyncio.gather(*(translator.translate(text, source, [target]) for text in texts))
    for text, results in zip(texts, made, strict=True):
        result = results[target]
        assert Flag.UNAVAILABLE not in result.flags
        for token in (token for token in TOKENS if token in text):
            assert result.text.count(token) == text.count(token), (text, result)


async def test_names_are_kept_in_every_target(translator: Translator) -> None:
    made = await translator.translate("A Rosa e o Leão estão na ponte.", "pt", ["en"], Aids(("Rosa Leão",)))
    assert "Rosa" in made["en"].text and "Leão" in made["en"].text
    assert made["en"].protected == ("Rosa", "Leão")


async def test_one_letter_that_a_model_makes_nothing_of_stays_and_is_said_to(translator: Translator) -> None:
    made = (await translator.translate("a", "pt", ["es"]))["es"]
    assert (made.text, set(made.flags)) == ("a", {Flag.LENGTH, Flag.UNAVAILABLE})


async def test_what_cannot_go_on_is_not_left_half_way(translator: Translator) -> None:
    lost = "A carrinha branca com a matrícula 12-AB-34 está perto da ponte."
    made = (await translator.translate(lost, "pt", ["es"]))["es"]
    assert (made.text, set(made.flags)) == (lost, {Flag.PLACEHOLDER, Flag.UNAVAILABLE})
    made = (await translator.translate(f"Vemos uma carrinha branca perto da ponte. {lost}", "pt", ["es"]))["es"]
    assert made.text == f"Vemos una furgoneta blanca cerca del puente. {lost}"
    assert made.flags == (Flag.PLACEHOLDER,)


async def test_lines_and_bullets_stay(translator: Translator) -> None:
    made = (await translator.translate("- uma ponte\n\n  - um carro\n> ver 14:30", "pt", ["en"]))["en"]
    assert re.fullmatch(r"- \w.*\n\n  - \w.*\n> \w.* 14:30", made.text), made.text


async def test_a_long_text_without_stops_is_neither_cut_nor_looped(translator: Translator) -> None:
    text = "a carrinha branca passou pela ponte com três pessoas e depois " * 70
    made = (await translator.translate(text, "pt", ["en"]))["en"]
    assert made.text.count("bridge") == 70
    assert not {Flag.LENGTH, Flag.REPETITION} & set(made.flags)


async def test_what_a_small_model_gets_wrong_is_flagged(translator: Translator) -> None:
    made = (await translator.translate("Snow leopards gather 7 quills while jazz ends", "en", ["es"]))["es"]
    assert made.flags


async def test_shouting_keeps_its_not(translator: Translator) -> None:
    made = (await translator.translate("ARMED AND DANGEROUS, DO NOT APPROACH", "en", ["pt"]))["pt"]
    assert "não" in made.text.lower() and Flag.NEGATION not in made.flags


async def test_nothing_is_tried_beyond_the_limit(translator: Translator) -> None:
    text = "a" * (MAX_CHARACTERS + 1)
    made = (await translator.translate(text, "pt", ["en"]))["en"]
    assert (made.text, made.flags, made.route, made.engine) == (text, (Flag.UNAVAILABLE,), (), "")


async def test_the_rest_of_a_text_of_thousands_of_lines_is_left_as_it_is_and_said_to_be(
    translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    translate = translator.pool.translate

    async def counted(caller: int, pair: Pair, text: str) -> Output:
        calls.append(text)
        return await translate(caller, pair, text)

    monkeypatch.setattr(translator.pool, "translate", counted)
    text = "Pare aqui.\n" * (MAX_SEGMENTS + 700) + "A ponte 12-AB-34 está fechada."
    made = (await translator.translate(text, "pt", ["en"]))["en"]
    assert len(calls) == MAX_SEGMENTS
    assert made.flags == (Flag.PLACEHOLDER,)
    assert made.engine == "bergamot"
    lines = made.text.splitlines()
    assert len(lines) == MAX_SEGMENTS + 701
    assert "Pare aqui." not in lines[:MAX_SEGMENTS]
    assert set(lines[MAX_SEGMENTS:-1]) == {"Pare aqui."}
    assert lines[-1] == "A ponte 12-AB-34 está fechada."


async def test_no_way_and_the_same_language(translator: Translator) -> None:
    made = await translator.translate("O carro parou", "pt-PT", ["el", "pt"])
    assert (made["el"].text, made["el"].flags) == ("O carro parou", (Flag.UNAVAILABLE,))
    assert (made["pt"].text, made["pt"].flags, made["pt"].route) == ("O carro parou", (), ("pt-PT",))


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "🚨", "14:30", "\u200b", "\U000f0001", "???", "\x00", "- "])
async def test_odd_texts_come_back(translator: Translator, text: str) -> None:
    made = (await translator.translate(text, "pt", ["en", "es"]))["es"]
    assert Flag.UNAVAILABLE not in made.flags


@pytest.mark.parametrize(
    "text",
    ["ok", "OK!", "k", "👍", "🚨🚨", "14:30", "AA-12-BB", "123", "...", "", "@ana", "https://example.org",
     "haha", "x", "É", "b)",
     "`code`", "okay, ok"],
)  # fmt: skip
async def test_what_needs_no_translation(translator: Translator, text: str) -> None:
    assert not translator.worth(text)


@pytest.mark.parametrize("text", ["no", "No.", "stop", "STOP!", "wait", "não", "alto", "sim", "ok stop", "a" * 30_000])
async def test_what_is_worth_it(translator: Translator, text: str) -> None:
    assert translator.worth(text)


WORKING = ("en", "pt", "es")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a carrinha branca está parada na ponte", "pt"),
        ("la furgoneta blanca está en el puente", "es"),
        ("the white van is at the bridge", "en"),
        ("não vimos ninguém perto do rio", "pt"),
        ("no hemos visto a nadie cerca del río", "es"),
        ("VEMOS TRÊS PESSOAS NA PRAIA", "pt"),
        ("enviem a patrulha para https://example.org/the-white-van-is-here já", "pt"),
        ("st\u200bop the white v\u200ban now please", "en"),
    ],
)
async def test_the_text_decides(translator: Translator, text: str, language: str) -> None:
    for fallback in WORKING:
        assert (await translator.detect(text, WORKING, fallback)).language == language


@pytest.mark.parametrize(
    "text", ["ok", "alto", "AA-12-BB", "🚨", "", "Bravo 2", "33UXP0500444998 14:30 @ana", "no, no"]
)
async def test_too_little_text_is_in_the_senders_language(translator: Translator, text: str) -> None:
    for fallback in WORKING:
        assert await translator.detect(text, WORKING, fallback) == Detected(fallback, False)


async def test_the_script_decides_and_excludes(translator: Translator) -> None:
    assert await translator.detect("όχι", ("en", "el"), "en") == Detected("el", True)
    assert await translator.detect("όχι εδώ τώρα", WORKING, "pt") == Detected("el", True)
    assert (await translator.detect("der Wagen steht an der Brücke", ("de", "el"), "el")).language == "de"


async def test_all_models_can_be_loaded_beforehand(translator: Translator) -> None:
    assert await translator.ready() == {}
    assert await translator.ready([("pt", "en")]) == {}


BLOCKED = """
import socket, sys
def refuse(*args, **kwargs): raise OSError("no network in this test")
for name in ("connect", "connect_ex", "sendto", "bind"): setattr(socket.socket, name, refuse)
socket.create_connection = socket.getaddrinfo = refuse
"""


async def test_nothing_touches_the_network(models: Path, tmp_path: Path) -> None:
    """Bot and worker both run with sockets that refuse; `python -c` lets the guard come first in each."""
    worker = (
        BLOCKED + "import runpy; sys.argv[0] = 'w'; runpy.run_module('bot.translation.worker', run_name='__main__')"
    )
    parent = BLOCKED.replace('"bind"', '"sendmsg"') + (
        "import asyncio, json; from pathlib import Path; from bot.translation import Translator, pool\n"
        "async def main():\n"
        f"    t = Translator(Path({str(models)!r}))\n"
        f"    t.pool._command[1:3] = ['-c', {worker!r}]\n"
        "    await t.start()\n"
        "    made = await t.translate('Posição 33UXP0500444998, hora 14:30.', 'pt', ['es', 'en'])\n"
        "    found = await t.detect('la furgoneta blanca está en el puente', ['pt', 'es'], 'pt')\n"
        "    print(json.dumps([made['es'].text, made['en'].flags, found.language])); await t.close()\n"
        "asyncio.run(main())"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", parent], capture_output=True, text=True, timeout=50,
        env=os.environ | {"HOME": str(tmp_path)},
    )  # fmt: skip
    assert json.loads(done.stdout.splitlines()[-1]) == ["Posición 33UXP0500444998, hora 14:30.", [], "es"], done.stderr
    assert os.listdir(tmp_path) == []  # and argostranslate made no folders in the home directory


async def test_the_bots_process_loads_no_engine() -> None:
    code = (
        "import sys, bot.translation.translator, bot.translation.install\n"
        "bad = {'argostranslate', 'ctranslate2', 'fxtranslate', 'py3langid', 'sentencepiece', 'numpy'}\n"
        "print(sorted(bad & set(sys.modules)))"
    )
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


async def test_the_worker_keeps_to_its_memory(models: Path) -> None:
    translator = Translator(models, ["bergamot"])
    await translator.start()
    try:
        await translator.translate("A carrinha está na ponte.", "pt", ["en"])
        await translator.detect("a carrinha branca está na ponte", ("pt", "es"), "pt")
        assert resident(translator.pool.pid) < 150 * 1024
    finally:
        await translator.close()


def resident(pid: int | None) -> int:
    """The process's resident memory in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


async def test_a_plate_or_callsign_in_two_alphabets_is_kept_and_pointed_out(translator: Translator) -> None:
    for mixed in ("\u0410B-12-34", "Br\u0430vo-7"):
        made = (await translator.translate(f"A carrinha {mixed} está na ponte.", "pt", ["en"]))["en"]
        assert mixed in made.text
        assert made.flags == (Flag.SCRIPT,) and made.differs == (mixed,)
    for whole in ("AB-12-34", "\u0410\u0412-12-34", "Bravo-7"):
        made = (await translator.translate(f"A carrinha {whole} está na ponte.", "pt", ["en"]))["en"]
        assert whole in made.text and made.flags == () and made.differs == ()
