"""A decision and its parts are translated as one text, and taken apart again."""

from __future__ import annotations

from bot.model.incident import Aspect, composed, taken_apart
from bot.translation import Translator


async def test_the_real_pipeline_leaves_its_lines(translator: Translator) -> None:
    parts = {
        Aspect.OPTIONS: "1. close it. 2. watch it.", Aspect.RATIONALE: "There is fog. The lights are off at 14:30.",
        Aspect.AUTHORITY: "22:45", Aspect.DISSENT: "- Kate would watch it.",
    }  # fmt: skip
    said = composed("We close the gate until dawn.", parts)
    made = await translator.translate(said, "en", ["pt", "es"])
    for one in made.values():
        apart = taken_apart(one.text, [*parts])
        assert apart and apart[1][2] == (Aspect.AUTHORITY, "22:45") and "14:30" in apart[1][1][1], one.text
