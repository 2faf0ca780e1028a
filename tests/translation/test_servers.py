"""Servers that speak LibreTranslate's API: batches, failures of every kind, and who serves instead."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.config import Config
from bot.config.sections import Storage
from bot.config.sections import Translation as Section
from bot.model.translation import Aids, Flag
from bot.translation import Translator, breaker, servers
from bot.translation.engine import LIBRETRANSLATE, Pair
from bot.translation.libretranslate import MAX_BYTES, MAX_LANGUAGES
from bot.translation.pool import Unavailable
from bot.translation.servers import Servers

from ..cli.test_program import GOOD
from ..fakes import configuration
from .libretranslate import MESH, error, libretranslate

SECRET = "O camião AA-12-BB vai para Évora"


@asynccontextmanager
async def asking(*urls: str, key: str | None = None, limit: float = 5.0) -> AsyncIterator[Servers]:
    made = Servers(urls, key, limit)
    await made.start()
    try:
        yield made
    finally:
        await made.close()


async def one(made: Servers, text: str, source: str = "en", target: str = "fr", caller: int = 0) -> str:
    try:
        pair = Pair(source, target, LIBRETRANSLATE, "", "", Path())
        return (await made.translate(caller, pair, text)).text
    except Unavailable as reason:
        return f"unavailable: {reason}"


async def until(seen: Any) -> None:
    async with asyncio.timeout(5):
        while not seen():
            await asyncio.sleep(0.01)


def ways(made: Servers) -> list[str]:
    return [str(pair) for pair in made.pairs]


# What is sent


async def test_what_comes_together_goes_in_one_request_a_pair() -> None:
    async with libretranslate() as server, asking(server.url) as made:
        texts = [f"text {i}" for i in range(20)]
        found = await asyncio.gather(*(one(made, t, caller=i) for i, t in enumerate(texts)), one(made, "a", "pt", "en"))
        assert found == [*(text.upper() for text in texts), "A"]
        assert sorted(server.asked, key=lambda body: body["source"]) == [
            {"q": texts, "source": "en", "target": "fr", "format": "text"},
            {"q": ["a"], "source": "pt", "target": "en", "format": "text"},
        ]


async def test_a_long_text_does_not_hold_up_a_short_one_and_a_server_gets_two_requests_at_once() -> None:
    async with libretranslate(seconds=0.02) as server, asking(server.url) as made:
        long = [one(made, f"piece {i}", caller=1) for i in range(6 * servers.MOST)]
        await asyncio.gather(*long, one(made, "short", caller=2))
        assert "short" in server.texts()[: 2 * servers.MOST]  # two set out together
        assert max(len(body["q"]) for body in server.asked) == servers.MOST
        assert server.most_at_once == 2


async def test_the_key_is_sent_and_without_it_the_server_is_left_alone() -> None:
    async with libretranslate(key="k3y") as server:
        async with asking(server.url, key="k3y") as made:
            assert await one(made, "text") == "TEXT"
        async with asking(server.url) as made:
            with capture_logs() as logged:
                assert await one(made, "text") == "unavailable: no server: status 403: it does not take our key"
            assert [entry["pause_seconds"] for entry in logged] == [300.0]
            assert made.pairs == ()
            assert await one(made, "text") == "unavailable: no server"
        assert len(server.asked) == 2


async def test_variants_of_a_language_are_asked_for_by_the_servers_own_codes() -> None:
    languages = [
        {"code": "pt-BR", "targets": ["en", "zh-Hans"]},
        {"code": "en", "targets": ["en", "pt-BR", "pt", "zh-Hans", "xx"]},
        {"code": "pt", "targets": ["en"]},
        {"code": "zh-Hans", "targets": []},
        {"code": "?", "targets": ["en"]},
    ]
    async with libretranslate(languages=languages) as server, asking(server.url) as made:
        assert ways(made) == ["en-pt", "en-zh", "pt-en", "pt-zh"]
        for way in (("en", "zh"), ("pt", "en"), ("en", "pt"), ("pt", "zh")):
            await one(made, "text", *way)
        sent = [(body["source"], body["target"]) for body in server.asked]
        assert sent == [("en", "zh-Hans"), ("pt", "en"), ("en", "pt"), ("pt-BR", "zh-Hans")]


async def test_a_server_that_names_no_targets_has_each_language_into_each() -> None:
    async with libretranslate(languages=[{"code": "en"}, {"code": "pt"}]) as server, asking(server.url) as made:
        assert ways(made) == ["en-pt", "pt-en"]


# What goes wrong


GARBAGE = [
    "", "null", "[]", "{}", "7", '{"translatedText": "TEXT"}', '{"translatedText": []}', '{"translatedText": [7]}',
    '{"translatedText": ["A", "B"]}', '{"error": "x"}', "<html>", '{"translatedText": ["\\ud800"]}', "[" * 100_000,
    json.dumps({"translatedText": ["x" * MAX_BYTES]}),
]  # fmt: skip


@pytest.mark.parametrize("said", GARBAGE, ids=[said[:30] for said in GARBAGE])
async def test_garbage_is_no_translation(said: str) -> None:
    async with libretranslate(answer=lambda texts: web.Response(text=said)) as server, asking(server.url) as made:
        assert (await one(made, "text")).startswith("unavailable: no server: ")


@pytest.mark.parametrize(
    "languages",
    [
        {}, None, [7], [{"name": "en"}], [{"code": 7}], [{"code": "en", "targets": "fr"}], {"error": "x"},
        [{"code": f"x{i}"} for i in range(MAX_LANGUAGES + 1)],
    ],
)  # fmt: skip
async def test_what_is_no_list_of_languages_is_a_server_that_does_not_answer(languages: Any) -> None:
    async with libretranslate(languages=languages) as server, asking(server.url) as made:
        assert made.pairs == () and made.servers[0].trouble
        assert made.servers[0].breaker.shut.is_set()


@pytest.mark.parametrize("status", [400, 404, 413, 429, 500, 503])
async def test_an_error_goes_to_the_next_server(status: int) -> None:
    async with (
        libretranslate(answer=lambda texts: error(status, "no")) as bad,
        libretranslate() as good,
        asking(bad.url, good.url) as made,
    ):
        assert await one(made, "text") == "TEXT"
        assert (bad.texts(), good.texts()) == (["text"], ["text"])


async def test_one_that_is_away_or_slow_is_passed_over() -> None:
    async with (
        libretranslate(seconds=9.0) as slow,
        libretranslate() as good,
        asking("http://127.0.0.1:1", slow.url, good.url, limit=0.3) as made,
    ):
        assert made.servers[0].trouble == "ClientConnectorError"
        start = time.monotonic()
        assert await one(made, "text") == "TEXT"
        assert 0.3 <= time.monotonic() - start < 0.6


async def test_when_all_are_slow_the_wait_has_an_end() -> None:
    async with (
        libretranslate(seconds=9.0) as a,
        libretranslate(seconds=9.0) as b,
        libretranslate(seconds=9.0) as c,
        asking(a.url, b.url, c.url, limit=0.2) as made,
    ):
        start = time.monotonic()
        assert await one(made, "text") == "unavailable: waited too long"
        assert time.monotonic() - start < 0.6
        await asyncio.sleep(0.1)
        assert (len(a.asked), len(b.asked), c.asked) == (1, 1, [])  # what nobody waits for goes no further


async def test_a_text_that_a_server_falls_over_takes_no_other_with_it() -> None:
    def poisoned(texts: list[str]) -> web.Response | None:
        return error(500, "no") if "poison" in texts else None

    async with libretranslate(answer=poisoned) as server, asking(server.url) as made:
        found = await asyncio.gather(*(one(made, t, caller=i) for i, t in enumerate(["a", "poison", "b", "c"])))
        assert found == ["A", "unavailable: no server: status 500", "B", "C"]
        assert len(server.asked) == 5


async def test_a_text_that_is_refused_is_not_held_against_the_server() -> None:
    def refused(texts: list[str]) -> web.Response | None:
        return error(400, "too long") if "long" in texts else None

    async with libretranslate(answer=refused) as server, asking(server.url) as made:
        for _ in range(2 * breaker.FAILURES):
            assert await one(made, "long") == "unavailable: no server: status 400"
        assert await one(made, "text") == "TEXT"


async def test_but_one_that_refuses_whatever_it_is_asked_is_left_alone() -> None:
    """As a server does that asks for a key and got none."""
    async with libretranslate(answer=lambda texts: error(400, "get an API key")) as server, asking(server.url) as made:
        found = await asyncio.gather(*(one(made, f"{i}", caller=i) for i in range(100)))
        assert len(found) == 100 and all(text.startswith("unavailable: no server") for text in found)
        assert len(server.asked) <= 15 and made.pairs == ()


async def test_a_redirection_is_not_followed() -> None:
    async with libretranslate() as other:

        def elsewhere(_texts: list[str]) -> web.Response:
            return web.Response(status=308, headers={"Location": other.url + "/translate"})

        async with libretranslate(answer=elsewhere) as server, asking(server.url) as made:
            assert await one(made, "text") == "unavailable: no server: status 308"
        assert other.asked == []


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with libretranslate() as server:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        async with asking(server.url) as made:
            assert await one(made, "text") == "TEXT"


# Left alone, and back


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "_FIRST_PAUSE", 0.1)


async def test_one_that_keeps_failing_is_left_alone_and_comes_back_by_itself(short_pauses: None) -> None:
    async with libretranslate() as server, asking(server.url) as made:
        server.down = True
        for _ in range(breaker.FAILURES):
            assert await one(made, "text") == "unavailable: no server: status 503"
        assert made.pairs == ()
        assert await one(made, "text") == "unavailable: no server"
        assert len(server.asked) == breaker.FAILURES
        learned = server.learned
        await until(lambda: server.learned >= learned + 2)  # asked which pairs it has, never with a text
        assert len(server.asked) == breaker.FAILURES
        server.down = False
        await until(lambda: made.pairs)
        server.seconds = 0.05
        assert await asyncio.gather(*(one(made, "x", caller=i) for i in range(50))) == ["X"] * 50
        assert server.most_at_once <= 2 and made.servers[0].breaker.admits == breaker.AT_ONCE


async def test_half_open_one_request_is_under_way_at_a_time(short_pauses: None) -> None:
    async with libretranslate(answer=lambda texts: error(429, "slow down")) as server, asking(server.url) as made:
        assert await one(made, "text") == "unavailable: no server: status 429: too many requests"
        assert made.pairs == ()
        await until(lambda: made.pairs)
        server.answer, server.seconds = (lambda texts: None), 0.1
        await asyncio.gather(*(one(made, f"{i}", caller=i) for i in range(servers.MOST)), one(made, "a", "pt", "en"))
        assert server.most_at_once == 1 and len(server.asked) == 3


async def test_it_waits_as_long_as_a_busy_server_asks() -> None:
    busy = {"a": "7", "b": "100000", "c": "-5", "d": "Wed, 25 Nov 2026 22:00:00 GMT", "e": "9" * 5000}
    pauses = {}
    for name, asked in busy.items():

        def limited(_texts: list[str], asked: str = asked) -> web.Response:
            return error(429, "no", **{"Retry-After": asked})

        async with libretranslate(answer=limited) as server, asking(server.url) as made:
            await one(made, "text")
            pauses[name] = made.servers[0].breaker.pause
    assert pauses == {"a": 7.0, "b": 300.0, "c": 2.0, "d": 2.0, "e": 300.0}


async def test_one_that_is_away_at_the_start_is_asked_again(short_pauses: None) -> None:
    async with libretranslate(down=True) as server, asking(server.url) as made:
        assert made.pairs == ()
        server.down = False
        await until(lambda: made.pairs)
        assert await one(made, "text") == "TEXT"


async def test_its_pairs_are_asked_for_from_time_to_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "LEARN_SECONDS", 0.05)
    async with libretranslate() as server, asking(server.url) as made:
        before = made.pairs
        await until(lambda: server.learned >= 3)
        assert made.pairs is before
        server.languages = [{"code": "en", "targets": ["uk"]}, {"code": "uk", "targets": []}]
        await until(lambda: ways(made) == ["en-uk"])


async def test_the_least_busy_is_asked_first() -> None:
    async with libretranslate(seconds=0.2) as a, libretranslate(seconds=0.2) as b, libretranslate() as fr:
        fr.languages = [{"code": "pt", "targets": ["en"]}, {"code": "en", "targets": []}]
        async with asking(fr.url, a.url, b.url) as made:
            asked = []
            for i in range(4):
                asked.append(asyncio.create_task(one(made, f"{i}")))
                await asyncio.sleep(0.03)
            await asyncio.gather(*asked)
            assert (a.texts(), b.texts(), fr.texts()) == (["0", "2"], ["1", "3"], [])


async def test_closing_ends_what_waits_and_what_is_under_way() -> None:
    async with libretranslate(seconds=9.0) as server, asking(server.url) as made:
        waiting = asyncio.gather(*(one(made, f"{i}", caller=i) for i in range(3 * servers.MOST)))
        await until(lambda: server.at_once == 2)
        await made.close()
        assert set(await waiting) == {"unavailable: closed"}
        assert await one(made, "text") == "unavailable: no server"


async def test_too_much_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "MAX_WAITING", 10)
    async with libretranslate() as server, asking(server.url) as made:
        found = await asyncio.gather(*(one(made, "x", caller=i) for i in range(30)))
        assert found.count("unavailable: too much is waiting") == 20


# The whole way


def configured(models: Path, *urls: str, engines: tuple[Any, ...] = (LIBRETRANSLATE, "argos", "bergamot")) -> Config:
    section = Section(engines=engines, servers=urls, timeout_seconds=5)
    # The folder that holds the models is the data folder's `models`.
    storage = Storage(directory=models.parent / "data")
    storage.directory.mkdir(exist_ok=True)
    if not (link := storage.directory / "models").exists():
        link.symlink_to(models)
    return configuration().model_copy(update={"translation": section, "storage": storage})


@asynccontextmanager
async def translating(config: Config) -> AsyncIterator[Translator]:
    translator = Translator.configured(config)
    await translator.start()
    try:
        yield translator
    finally:
        await translator.close()


async def test_the_label_says_which_engine_and_what_is_masked_is_not_sent(models: Path) -> None:
    async with (
        libretranslate(make=lambda text: f"« {text} »") as server,
        translating(configured(models, server.url)) as translator,
    ):
        text = "See the plate AA-12-BB at 29T NE 12345 67890, 14:30, Kate."
        made = (await translator.translate(text, "en", ["fr"], Aids(("Kate",))))["fr"]
    assert (made.engine, made.route) == ("libretranslate", ("en", "fr"))
    assert "AA-12-BB" in made.text and "29T NE 12345 67890" in made.text and "14:30" in made.text
    sent = " ".join(server.texts())
    assert sent and not any(token in sent for token in ("AA-12-BB", "12345", "14:30", "Kate"))


async def test_what_a_server_makes_passes_the_gate(models: Path) -> None:
    async with (
        libretranslate(make=lambda text: "Approchez de la voiture, 12 hommes.") as server,
        translating(configured(models, server.url)) as translator,
    ):
        made = (await translator.translate("Do not approach the car, 21 men.", "en", ["fr"]))["fr"]
    assert {Flag.NEGATION, Flag.NUMBER} <= set(made.flags)


async def test_while_no_server_answers_the_next_engine_of_the_pair_serves(models: Path) -> None:
    async with libretranslate() as server, translating(configured(models, server.url)) as translator:
        made = (await translator.translate("A carrinha está na ponte.", "pt", ["en"]))["en"]
        assert (made.text, made.engine) == ("A CARRINHA ESTÁ NA PONTE.", "libretranslate")
        server.down = True
        for _ in range(breaker.FAILURES + 1):
            made = (await translator.translate("A carrinha está na ponte.", "pt", ["en"]))["en"]
            assert (made.engine, made.flags) == ("bergamot", ()) and "bridge" in made.text
        made = (await translator.translate("Texto de um colega.", "pt", ["fr"]))["fr"]
        assert (made.text, made.flags) == ("Texto de um colega.", (Flag.UNAVAILABLE,))
        assert translator.route("pt", "fr") is None


async def test_the_order_of_preference_counts_and_another_engine_joins_the_way(models: Path) -> None:
    spanish = [{"code": "es", "targets": ["fr"]}, {"code": "fr", "targets": []}, *MESH[:1]]
    async with libretranslate(languages=spanish) as server:
        config = configured(models, server.url, engines=("argos", "bergamot", LIBRETRANSLATE))
        async with translating(config) as translator:
            made = await translator.translate("We see a white van.", "en", ["es", "fr"])
            assert (made["es"].engine, made["fr"].engine) == ("argos", "libretranslate")
            made = await translator.translate("Vemos uma carrinha branca.", "pt", ["fr"])
            assert (made["fr"].route, made["fr"].engine) == (("pt", "en", "fr"), "bergamot+libretranslate")


async def test_a_server_that_the_engines_do_not_name_is_never_asked(models: Path) -> None:
    async with libretranslate() as server:
        async with translating(configured(models, server.url, engines=("argos", "bergamot"))) as translator:
            await translator.ready()
            await translator.translate("A carrinha está na ponte.", "pt", ["en", "fr"])
        assert (server.learned, server.asked) == (0, [])


async def test_getting_ready_sends_no_text(models: Path) -> None:
    async with libretranslate() as server, translating(configured(models, server.url)) as translator:
        assert await translator.ready() == {}
        assert (server.learned, server.asked) == (1, [])


async def test_no_text_and_no_key_is_ever_in_the_log(
    models: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("LIAISON_TRANSLATION_API_KEY", "k3y")

    def echo(texts: list[str], status: int) -> web.Response:
        return error(status, f"what is {texts}?", Location=f"http://127.0.0.1:1/{len(texts)}")

    with capture_logs() as logged:
        for status in (200, 308, 400, 403, 429, 500):
            async with libretranslate(answer=lambda texts, status=status: echo(texts, status)) as server:
                config = configured(models, server.url, engines=(LIBRETRANSLATE,))
                async with translating(config) as translator:
                    made = await translator.translate(SECRET, "pt", ["fr"])
                    assert made["fr"].flags == (Flag.UNAVAILABLE,)
                assert server.asked[0]["api_key"] == "k3y"
    said = json.dumps([str(entry) for entry in logged], ensure_ascii=False) + caplog.text
    assert said.count("server_failed") >= 6
    assert "camião" not in said and "k3y" not in said and "vora" not in said


async def test_a_mesh_of_servers_does_not_hold_the_bot_up(models: Path) -> None:
    codes = [f"{a}{b}" for a in "abcdefghij" for b in "klmno"]
    mesh = [{"code": code, "targets": codes} for code in codes] + [{"code": "zz", "targets": []}]
    async with libretranslate(languages=mesh) as server, translating(configured(models, server.url)) as translator:
        assert len(translator.pairs) > 2000
        start = time.perf_counter()
        for _ in range(100):
            assert translator.route("ak", "jo") == ("ak", "jo")
            assert translator.route("ak", "zz") is None
        assert time.perf_counter() - start < 1.0


# Masks


@asynccontextmanager
async def measuring(directory: Path, *urls: str) -> AsyncIterator[Translator]:
    made = Translator(directory, [LIBRETRANSLATE], servers=Servers(urls, None, 5.0))
    await made.start()
    try:
        yield made
    finally:
        await made.close()


def masks(made: Translator) -> dict[str, str]:
    return {str(pair): pair.mask for pair in made.pairs if pair.engine == LIBRETRANSLATE}


async def test_the_mask_of_a_servers_pair_is_measured_once_and_kept(tmp_path: Path) -> None:
    async with libretranslate(make=lambda text: text.replace("XQ", "Xk")) as server:
        async with measuring(tmp_path, server.url) as made:
            await made.measure([("en", "fr"), ("en", "el")])
            assert masks(made)["en-fr"] == "numbers" and masks(made)["fr-en"] == "letters"
            asked = len(server.asked)
            await made.measure([("en", "fr")])
            assert len(server.asked) == asked
            found = (await made.translate("The van AA-12-BB is here.", "en", ["fr"]))["fr"]
            assert "90000" in server.texts()[-1] and "AA-12-BB" in found.text
        async with measuring(tmp_path, server.url) as made:
            asked = len(server.asked)
            await made.measure([("en", "fr")])
            assert masks(made)["en-fr"] == "numbers" and len(server.asked) == asked, "kept"
        async with libretranslate() as other, measuring(tmp_path, other.url) as made:
            await made.measure([("en", "fr")])
            assert masks(made)["en-fr"] == "letters" and other.asked, "another server is measured anew"


async def test_a_server_that_fails_is_measured_when_it_is_back(tmp_path: Path) -> None:
    async with libretranslate() as server, measuring(tmp_path, server.url) as made:
        server.answer = lambda texts: error(500, "no")
        await made.measure([("en", "fr")])
        assert not (tmp_path / LIBRETRANSLATE).exists()
        server.answer = lambda texts: None
        made.servers[0].breaker.half_open()
        await made.measure([("en", "fr")])
        assert (tmp_path / LIBRETRANSLATE / "en-fr.json").exists()


async def test_models_test_measures_a_servers_pair_too(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret")
    async with libretranslate(make=lambda text: text.replace("XQ", "Xk")) as server:
        config = tmp_path / "liaison.toml"
        config.write_text(f'{GOOD}\n[translation]\nengines = ["libretranslate"]\nservers = ["{server.url}"]\n')
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "bot", "models", "test", "en-fr", "--config", str(config)],
            capture_output=True, text=True, timeout=50,
        )  # fmt: skip
        assert "came back; numbers from now on" in done.stdout, done.stdout + done.stderr
        assert done.returncode == 0
        async with measuring(tmp_path / "data" / "models", server.url) as made:
            await made.measure([("en", "fr")])
            assert masks(made)["en-fr"] == "numbers"


async def test_how_often_each_server_is_asked_and_in_vain_is_counted(tmp_path: Path) -> None:
    lose = lambda text: text.replace("XQ0", "")  # noqa: E731
    async with libretranslate(make=lose) as server, measuring(tmp_path, server.url) as made:
        await made.translate("The van AA-12-BB is here.", "en", ["fr"])
        [seen] = made.load.servers
        assert (seen.requests, seen.failures, seen.down) == (3, 0, False)
        assert made.load.retried == 1 and made.load.waiting == 0
        server.answer = lambda texts: error(429, "slow down")
        await made.translate("The van is here.", "en", ["fr"])
        [seen] = made.load.servers
        assert (seen.requests, seen.failures, seen.down) == (4, 1, True)
