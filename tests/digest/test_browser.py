"""The file of a digest in a browser: what it shows, what it asks for, and what axe-core finds wrong with it.

Needs Chromium (Debian and Ubuntu: apt-get install chromium) and tests/homeserver/js/node_modules (`make setup`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .browser import Page, browser
from .day import digest, lived

pytestmark = pytest.mark.soak
AXE = Path(__file__).parents[1] / "homeserver/js/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JUDGED = (
    f"axe.run(document, {{runOnly: {TAGS}}}).then((found) => found.violations.map("
    "(one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200) + ' ' + node.failureSummary)]))"
)
VISIBLE = "[...document.querySelectorAll('.all tbody tr')].filter((row) => row.getClientRects().length).length"
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
HIDDEN = "((found) => found.scrollWidth > found.clientWidth)(document.querySelector('.all .wide'))"
CUT = """[...document.querySelectorAll('svg.chart text')].filter((text) => {
  const own = text.getBoundingClientRect(), all = text.closest('svg').getBoundingClientRect();
  return own.left < all.left - 1 || own.right > all.right + 1;
}).map((text) => text.textContent)"""


@pytest.fixture(scope="module")
async def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of one day, by language."""
    folder = tmp_path_factory.mktemp("day")
    async with lived(folder) as world:
        made = {language: (await digest(world, language))[1] for language in ("en", "el", "ar")}
    found = {}
    for language, file in made.items():
        found[language] = folder / f"{language}.html"
        await asyncio.to_thread(found[language].write_bytes, file.data)
    return found


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with browser(tmp_path / "browser") as page:
        yield page


@pytest.mark.parametrize("language", ["en", "el", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_it_is_read_by_everybody(
    files: dict[str, Path], page: Page, language: str, width: int, dark: bool
) -> None:
    await page.opens(files[language], width, dark=dark)
    assert page.requests == [files[language].as_uri()], "it asks for nothing else"
    assert page.complaints == [], "its own policy stops nothing that is in it"
    await page.evaluates(AXE.read_text(encoding="utf-8"))
    assert await page.evaluates(JUDGED) == []
    assert not await page.evaluates(TOO_WIDE), "nothing is wider than the screen"
    assert await page.evaluates(CUT) == [], "no label is cut"
    assert await page.evaluates("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("language", ["en", "el", "ar"])
async def test_no_column_is_out_of_sight_on_a_desk(files: dict[str, Path], page: Page, language: str) -> None:
    await page.opens(files[language], 1280)
    assert not await page.evaluates(HIDDEN)


async def test_its_table_sorts_and_filters(files: dict[str, Path], page: Page) -> None:
    await page.opens(files["en"], 1280)
    every = await page.evaluates(VISIBLE)
    assert every > 30
    await page.evaluates("document.querySelectorAll('.all thead button')[3].click()")
    assert await page.evaluates("document.querySelectorAll('.all thead th')[3].ariaSort") == "ascending"
    keys = "[...document.querySelectorAll('.all tbody tr')].map((row) => +row.cells[3].dataset.k)"
    assert (found := await page.evaluates(keys)) == sorted(found) and len({*found}) > 2
    await page.evaluates("document.querySelectorAll('.all thead button')[3].click()")
    assert await page.evaluates(keys) == sorted(found, reverse=True)
    await page.evaluates(
        "document.querySelector('input').value = 'PRT-GNR open';"
        "document.querySelector('input').dispatchEvent(new Event('input'))"
    )
    left = await page.evaluates(VISIBLE)
    assert 0 < left < every and await page.evaluates("document.querySelector('output').textContent") == str(left)


async def test_tables_of_figures_sort_by_number(files: dict[str, Path], page: Page) -> None:
    await page.opens(files["en"], 1280)
    assert await page.evaluates("document.querySelectorAll('.sums table').length") == 3
    keys = "[...document.querySelectorAll('.sums tbody')[0].rows].map((row) => +row.cells[1].dataset.k)"
    assert (found := await page.evaluates(keys)) == sorted(found, reverse=True), "the most new ones first"
    await page.evaluates("document.querySelectorAll('.sums table')[0].querySelector('thead button').click()")
    assert await page.evaluates(keys) == sorted(found) != found
    assert await page.evaluates(VISIBLE) > 30, "the incidents stay as they are"


async def test_it_is_read_without_its_script_and_on_paper(files: dict[str, Path], page: Page) -> None:
    await page.opens(files["en"], 390, script=False)
    assert await page.evaluates(VISIBLE) > 30
    assert not await page.evaluates("document.querySelector('.tools').getClientRects().length")
    await page.opens(files["en"], 1280, dark=True, media="print")
    assert await page.evaluates("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert await page.evaluates(VISIBLE) > 30


@pytest.mark.parametrize("language", ["en", "el", "ar"])
@pytest.mark.parametrize("width", [718, 1047], ids=["upright", "across"])
async def test_on_paper_no_column_is_cut_and_no_colour_is_of_the_dark(
    files: dict[str, Path], page: Page, language: str, width: int
) -> None:
    """A4 less its margins, printed by somebody whose screen is dark."""
    await page.opens(files[language], width, dark=True, media="print")
    wide = "[...document.querySelectorAll('.wide')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    assert await page.evaluates(wide) == 0
    assert not await page.evaluates("document.documentElement.scrollWidth > innerWidth")
    colour = "getComputedStyle(document.documentElement).getPropertyValue('--track')"
    assert (await page.evaluates(colour)).strip() == "#e8edf2"


async def test_a_script_that_somebody_puts_into_it_does_not_run(
    files: dict[str, Path], page: Page, tmp_path: Path
) -> None:
    text = await asyncio.to_thread(files["en"].read_text, encoding="utf-8")
    changed = tmp_path / "changed.html"
    put = text.replace("<main>", "<main><script>document.title = 'run'</script><img src='http://example.org/x.png'>")
    await asyncio.to_thread(changed.write_text, put, encoding="utf-8")
    await page.opens(changed, 1280)
    assert await page.evaluates("document.title") != "run"
    assert page.complaints and page.requests == [changed.as_uri()]
