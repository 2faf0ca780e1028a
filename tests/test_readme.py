"""README and docs say what is declared and measured; their examples can be typed, and their links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from bot.cli import app
from bot.errors import UserError
from bot.i18n import Catalogues
from bot.router import Router
from commands import COMMANDS

from . import readme

PAGES = (
    readme.README,
    *(readme.ROOT / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md")),
    *readme.ROOT.glob("docs/*.md"),
)
NO_COMMANDS = {"!ajuda", "!fix …", "!Alto", "!hekp", "!task force two is here"}
"""What the pages give as examples of what is another language's, or no command."""
FORMS = "liaison evidence "
"""What names of forms of files begin with."""


def spans(begins: str) -> Iterator[tuple[str, str]]:
    """Yield the page and the text of whatever the pages show as typed that begins so."""
    for page in PAGES:
        text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        lines = [line.strip().partition("   #")[0] for line in text.splitlines() if line.startswith("    ")]
        for typed in lines + [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text)]:
            if typed.startswith(begins):
                yield page.name, typed


def anchors(page: Path) -> set[str]:
    """Return what a link into *page* may name: its headings, as they are shown on the web."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", readme.TABLES)
def test_the_pages_list_commands_metrics_and_figures_as_they_are(name: str) -> None:
    assert readme.written(name) == readme.TABLES[name][1](), "run `python -m tests.readme`"


def test_the_readme_can_be_read_in_ten_minutes() -> None:
    assert len(readme.README.read_bytes()) <= 20_000


def test_every_command_that_the_pages_show_can_be_typed() -> None:
    router = Router(COMMANDS, Catalogues.load())
    shown = list(spans("!"))
    assert len(shown) > 100
    assert {text for _page, text in shown} >= NO_COMMANDS
    for page, text in shown:
        if text in NO_COMMANDS:
            continue
        try:
            readme.understood(text, router)
        except UserError as error:
            bare = text == f"!{error.command}"
            assert error.command and (bare or re.search(r"…|\b[A-Z]{4,}\b", text)), f"{page}: {text}"


def test_every_call_of_the_program_that_the_pages_show_exists() -> None:
    shown = list(spans("liaison "))
    assert len(shown) > 20
    for page, text in shown:
        if text.startswith(FORMS) or text == "liaison …":
            continue
        command = typer.main.get_command(app)
        words = text.split()[1:]
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
        assert not getattr(command, "commands", None), f"{page}: {text}"
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, f"{page}: {text}"


def test_every_target_of_make_that_the_pages_show_exists() -> None:
    made = set(re.findall(r"^([a-z]+):", (readme.ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shown = {text.split()[1] for _page, text in spans("make ")}
    assert {"demo", "bench"} <= shown <= made


def test_the_transcript_of_the_readme_is_out_of_what_the_demo_prints() -> None:
    [excerpt] = re.findall(r"```text\n(.*?)```", readme.README.read_text("utf-8"), re.DOTALL)
    [whole] = re.findall(r"```text\n(.*?)```", (readme.ROOT / "docs" / "demo.md").read_text("utf-8"), re.DOTALL)
    assert len(excerpt.splitlines()) > 5
    assert excerpt in whole


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text):
        if link.startswith("https:"):
            continue
        name, _hash, heading = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not heading or heading in anchors(target), link


def test_every_page_can_be_found_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/\w+\.md)", readme.README.read_text("utf-8")))
    assert linked == {f"docs/{page.name}" for page in readme.ROOT.glob("docs/*.md")}


def test_the_modules_that_the_architecture_names_exist() -> None:
    files = [
        f"/{path.relative_to(readme.ROOT)}"
        for top in ("bot", "commands", "tests")
        for path in (readme.ROOT / top).rglob("*")
    ]
    text = (readme.ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"`((?:\w+/)*\w+\.py)[`:]", text)) | set(re.findall(r"`((?:\w+/)+\w*)`", text))
    assert len(named) > 60
    for name in named:
        assert any(f"{file}/".endswith(f"/{name.strip('/')}/") or file.endswith(f"/{name}.py") for file in files), name


def test_the_layers_of_the_architecture_hold_every_module_of_the_bot() -> None:
    text = (readme.ROOT / "ARCHITECTURE.md").read_text("utf-8")
    [layers] = re.findall(r"^```\n(bot\.__main__.*?)^```", text, re.MULTILINE | re.DOTALL)
    there = {f"bot.{path.stem}" for path in (readme.ROOT / "bot").glob("[!_]*")}
    assert len(there) > 20
    assert there <= set(re.findall(r"bot\.\w+", layers))
