"""Endings by which nouns and adjectives are inflected, as data, for people who speak the languages to check.

They stand in plain letters: without accents, in small letters, in Greek with σ at the end. `ies:y` puts y in the place
of ies. Verbs are left alone: a stemmer that takes "posted" for "post" would put the noun in the verb's place.
"""

from __future__ import annotations

from collections.abc import Mapping

ENDINGS: Mapping[str, str] = {
    "en": "ies:y sses:ss ss:ss us:us ches:ch shes:sh xes:x es s e",
    "pt": "oes:ao aes:ao aos:ao ais:al eis:el ois:ol uis:ul ao:ao ns:m os as es o a e s",
    "es": "ces:z os as es o a e s",
    "fr": "eaux:eau aux:al eau:eau ees es ee e s x",
    "de": "us:us is:is as:as ss:ss ens ern en er em es e n s",
    "it": "chi:c che:c ghi:g ghe:g a e i o",
    "pl": (
        "iami iach iego iemu owie owi ami ach ego emu ych ich ymi imi iem ow om em ym im ej ia ie io iu a e i o u y"
    ),
    "ro": "urilor urile elor ilor ului ele ile lor uri iei ul ei ii ie le a e i u",
    "el": "ατοσ ατων ατα εωσ εισ ουσ εων ιου ιων οσ ου οι ων ασ εσ ησ ισ υσ ια ιο α ε η ι ο υ",
    "uk": "ями ами ові еві ого ому ими ою ею єю ях ах ям ам ів їв ей ий ій ої их им ом ем єм а я у ю и і ї е є о й ь",
    "tr": (
        "larimiz lerimiz lari leri lar ler nin nın nun nün dan den tan ten da de ta te in ın un ün yi yı yu yü si sı su"
        " sü ya ye na ne ni nı nu nü i ı u ü a e"
    ),
    "ar": "ات ون ين ان ها هم ه ي",
}
"""Every language's endings; the longest that fits goes."""

AGAIN: Mapping[str, int] = {"ro": 2, "tr": 4}
"""How often an ending may go, in languages that put one after another; once in all others."""

PREFIXES: Mapping[str, str] = {"ar": "وال فال بال كال لل ال"}
"""What is written together with the word before it."""

SOFTENED: Mapping[str, str] = {"tr": "b:p c:ç d:t ğ:k g:k"}
"""Last letters that become others before an ending."""
