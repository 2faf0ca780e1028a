"""The words for times, one small table a language, to be checked by people who speak it.

Accents, case and abbreviation points do not matter: both the tables and what is read are folded.
Several words for one thing are separated by commas. English is read beside every language.
"""

from __future__ import annotations

from bot.model.times.words import ar, de, el, en, es, fr, it, pl, pt, ro, tr, uk
from bot.model.times.words.table import Words

LANGUAGES: dict[str, Words] = {
    "en": en.WORDS,
    "pt": pt.WORDS,
    "es": es.WORDS,
    "fr": fr.WORDS,
    "de": de.WORDS,
    "it": it.WORDS,
    "pl": pl.WORDS,
    "ro": ro.WORDS,
    "el": el.WORDS,
    "uk": uk.WORDS,
    "tr": tr.WORDS,
    "ar": ar.WORDS,
}
"""The languages whose words for times are known."""
