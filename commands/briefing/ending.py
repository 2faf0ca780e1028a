"""What may stand as words behind the time of a briefing: how long and how often it is, in the person's language."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.command import Context
from bot.i18n import Typed, _c
from bot.model import times
from bot.model.shift.repeating import DAY, WEEK, WEEKDAYS, WEEKEND, rule_for
from bot.model.times.folding import fold

FOR, EVERY = "for", "every"
EXAMPLE = Typed((_c("option", "for"), ":30m ", _c("option", "every"), ":", _c("value", "week")))
"""How long and how often, as options."""
_WORD = re.compile(r"\S+")
_ALSO = {"weekday": WEEKDAYS}
_MOST = 8
"""Words that say how long or how often."""


def parted(ctx: Context, text: str) -> tuple[str, timedelta | None, str | None]:
    """Return *text* without how long and how often at its end, and these: `for 30m every weekday`.

    The words are the names of the options, in English or the person's language; where a language has its own behind
    (`30 dakika boyunca`), there too.
    """
    length, rule = None, None
    text = text.strip()
    while found := _last(ctx, text):
        before, lasts, again = found
        if (lasts and length) or (again and rule):
            break  # said twice: the first is part of what is read before it
        text, length, rule = before, lasts or length, again or rule
    return text, length, rule


def _last(ctx: Context, text: str) -> tuple[str, timedelta | None, str | None] | None:
    """Return *text* without the last of what it says at its end, and that; None if there is nothing."""
    words = [*_WORD.finditer(text)]
    for number in range(len(words) - 1, max(0, len(words) - 1 - _MOST), -1):
        word, said = words[number], text[words[number].end() :].strip()
        before = text[: word.start()].rstrip()
        if said and _is(ctx, word[0], FOR) and (lasts := times.length(said, ctx.actor.language)):
            return before, lasts, None
        if said and _is(ctx, word[0], EVERY) and (rule := _again(ctx, said)):
            return before, None, rule
    if words and fold(words[-1][0]) != FOR and _is(ctx, words[-1][0], FOR):
        for word in words[max(1, len(words) - _MOST) : -1]:
            if lasts := times.length(text[word.start() : words[-1].start()].strip(), ctx.actor.language):
                return text[: word.start()].rstrip(), lasts, None
    return None


def _is(ctx: Context, word: str, option: str) -> bool:
    """Return whether *word* is a name of the option, or English."""
    return fold(word) in {fold(name) for name in ctx.names("option", option, ctx.actor.language)}


def _again(ctx: Context, said: str) -> str | None:
    """Return the rule that *said* stands for; None if it is none."""
    wanted = fold(said)
    value = _ALSO.get(wanted) or next(
        (one for one in (DAY, WEEK, WEEKDAYS, WEEKEND)
         if wanted in {fold(name) for name in ctx.names("value", one, ctx.actor.language)}),
        said.lower(),
    )  # fmt: skip
    rule = rule_for(value, ctx.actor.language)
    return rule if rule.startswith("FREQ=") else None
