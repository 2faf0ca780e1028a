"""Times as people write them in twelve languages, and as the date-time group of the armed forces.

`read` takes a whole text, `longest_tail` the end of some words, `find` running text. Policies:

- The clock has 24 hours: 8 is 08:00 unless the words say otherwise (`pm`, “da noite”).
- Nothing is guessed: words left over, or two ways to read a phrase, are a `NotRead`.
- A day without its year, a weekday or a clock time alone is the next such time; said with its year it may be past, and
  is refused.
- In the spring gap a time moves on by the length of the gap; in the autumn overlap it is the first of the two that is
  still to come. Both are noted.
- 2 at night is after midnight; of a day that is named only as “tomorrow” or “Friday”, the night before or after it may
  be meant, which is asked. So is 12 at night, and a quarter to one.
- A time is not cut off from what may belong to it, and of a range (“8 to 12”) neither end is taken: it is asked.
- “Next Friday” is refused while this week's Friday is still to come, `tomorrow at midnight` always.

Parts, lowest first: `words` (the tables), `folding`, `said` (what a phrase says), `lexicon` and `line` (words at a
place), `minutes`, `clocks`, `dates`, `spans`, `zones` (one piece each), `grammar` (pieces to phrases), `edges` (where
one may be cut), `walls` and `resolving` (phrase to moment), `reading`, `finding`.
"""

from __future__ import annotations

from bot.model.times.finding import Span, find
from bot.model.times.letters import dtg, local_dtg
from bot.model.times.outcome import Aim, Cause, Fault, Note, NotRead, Outcome, Understood
from bot.model.times.reading import LONGEST, Tail, longest_tail, read
from bot.model.times.spans import length
from bot.model.times.words import LANGUAGES

__all__ = [
    "LANGUAGES",
    "LONGEST",
    "Aim",
    "Cause",
    "Fault",
    "NotRead",
    "Note",
    "Outcome",
    "Span",
    "Tail",
    "Understood",
    "dtg",
    "find",
    "length",
    "local_dtg",
    "longest_tail",
    "read",
]
