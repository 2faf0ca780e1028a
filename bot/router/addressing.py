"""Whether a message is a command for the bot. Pure, linear in the message's length."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import unquote

from rapidfuzz.distance import OSA

from bot.arguments import Pill
from bot.arguments.folding import LONGEST_COMPARED, MARKS, bare
from bot.model.handling import TLP, read_label
from bot.model.handling.sentences import mistyped
from bot.model.names import visible
from bot.router.cries import CRIES, hails

SIREN = "🚨"
_HEAD = 400
"""How much of a message is read for labels that stand before a command or a siren."""
"""What a message begins with that declares an incident."""
_MOST_PILLS = 20
_BLANK = f"{MARKS} \t\n\r\u00a0"
_SIRENS = re.compile(rf"(?:{SIREN}[\s\ufe0e\ufe0f{MARKS}]*)+")
DECLARE = "incident declare -- "
"""The command that such a message stands for."""
_PREFIX = re.compile(rf"(?:[!！]|[/／]{{1,2}})[{MARKS}]*(?=[^\W\d_])")
_CALLED = ("!", "！")
_SPELT = re.compile(r"([^\w\s]+\s*)?([^\W\d_]+(?:-[^\W\d_]+)*)")
_NEARLY = re.compile(rf"(?:[!！]|[/／]{{1,2}})([\s{MARKS}]*)([^\W\d_]+(?:-[^\W\d_]+)*)")
_LONG_NOUN = 7
"""From how many letters on a word that is nearly a noun is no other word."""
_FIRST_WORD = re.compile(r"\S+")
_AFTER_MENTION = re.compile(rf"[\s{MARKS}]*([:,;،，：–—-]?)[\s{MARKS}]*")
_USER_ID_ENDS = re.compile(r"(?![\w-]|\.\w|:\d)")
_REST_OF_ID = re.compile(r":[\w\[]")
_LINK = re.compile(r"(?:\[[^\]\n]{1,300}\]\()?https://matrix\.to/#/([^)\s?]{1,300})[^)\s]{0,300}\)?")
_PILL = re.compile(
    r"""<a\s[^<>]{0,200}?href=["']https://matrix\.to/#/([^"'<>]{1,300})["'][^<>]{0,200}>([^<>]{1,300})</a>"""
)
_OPENING = re.compile(r"(?:\s|<p>|<span[^<>]{0,200}>)*")


@dataclass(frozen=True, slots=True)
class Addressee:
    """The bot, as people address it."""

    user_id: str
    display_name: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A command line without its prefix, and the mentions in it.

    `plainly`: addressed by a mention, or by a prefix before a word that looks meant for us; not so when the
    bot's name merely begins the sentence. `usable`: not so for what an app filled in and we do not take.
    """

    text: str
    plainly: bool
    pills: tuple[Pill, ...] = ()
    usable: bool = True
    label: str = ""
    """The labels that stand before the prefix."""
    mistyped: str = ""
    """What stands there as a label and is none."""
    begun: bool = False
    """Whether it only begins as a command does, and is none."""


class Names(Protocol):
    """The words of commands, in any language."""

    def has(self, word: str) -> bool:
        """Return whether *word* is the first word of one."""
        ...

    def has_near(self, word: str) -> bool:
        """Return whether *word* is the first word of one, or that with a slip of the fingers."""
        ...

    def has_verb(self, word: str, *, alone: bool) -> bool:
        """Return whether *word*, with a text behind it or *alone*, can only be the second word of one."""
        ...

    def goes_on(self, first: str, second: str) -> bool:
        """Return whether a command can go on with *second* behind *first*, its first word or nearly."""
        ...


def addressed(body: str, formatted_body: str | None, bot: Addressee, names: Names) -> Line | None:
    """Return the command line that the message is, or None if it is not for the bot.

    Labels may stand before it, if then it plainly is for the bot: what it says is handled so.
    """
    if line := _addressed(body, formatted_body, bot, names):
        return line
    text = body.strip().lstrip(MARKS)
    label = read_label(text[:_HEAD])
    if label is None or alarmed(text):
        return None
    line = _addressed(text[label.end :], None, bot, names)
    if line is None or not line.plainly:
        return None
    return replace(line, pills=_pills(formatted_body or ""), label=str(label.handling), mistyped=mistyped(text[:_HEAD]))


def _addressed(body: str, formatted_body: str | None, bot: Addressee, names: Names) -> Line | None:
    """Return the command line that a message without labels before it is, or None.

    *body* is without a client's quotation of what the message replies to (`Incoming.said`).

    What begins with a prefix is for the bot if a word follows without a space that is a command's first word, or that
    with a slip of the fingers. Or if somebody left that word out: the whole message is a subcommand's name, which may
    have a slip if it is long, or that of one that takes a text, and a text (`!restore`, `!fix olá`). It is a message
    between people if in doubt: if the word ends with an exclamation mark (`!Alto!`), or the message does where the
    first word was left out, or if the word is one that people call out to each other (`bot.router.cries`) and more
    follows than a topic of help (`!help, man down`), or if the word needs a subcommand, or a reference, and none
    follows, nor one with a slip (`!task force two is here`, `!I am hit`, `!release him`).
    """
    formatted = formatted_body or ""
    if formatted.startswith("<mx-reply>"):
        formatted = formatted.partition("</mx-reply>")[2]
    text = body.strip().lstrip(MARKS)
    if (alarm := alarmed(text)) and names.has(_first(DECLARE)):
        # Behind the dashes all is text: a colon in what somebody reports in haste names no option.
        said = alarm.said if visible(alarm.said) else ""  # nothing that one can see is no title that is empty
        return Line(DECLARE + said, True, _pills(formatted)) if alarm.recorded else None
    if prefix := _PREFIX.match(text):
        command = text[prefix.end() :]
        return Line(command, True, _pills(formatted)) if _meant(prefix[0], command, names) else None
    if (end := _mention(text, formatted, bot)) is not None:
        return Line(_command(text, end), True, _pills(formatted))
    if (end := _name(text, bot.display_name)) is not None:
        # A name also begins sentences (“Liaison officers meet at 9”), unless it calls: `@name`, `name:`.
        after = _AFTER_MENTION.match(text, end)
        plainly = text.startswith("@") or bool(after and after[1])
        command = _command(text, end)
        # In a sentence a slip cannot be told from a word of any language (“Liaison acht Uhr am Tor”).
        meant = plainly or (names.has(_first(command)) and _goes_on(command, names))
        return Line(command, plainly, _pills(formatted)) if meant else None
    return None


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is said behind a siren, with the labels before that; whether a record may hold it."""

    said: str
    recorded: bool = True


def alarmed(body: str) -> Alarm | None:
    """Return what *body* declares, if it begins with a siren, or with labels and then a siren; else None."""
    text = body.strip().lstrip(MARKS)
    if sirens := _SIRENS.match(text):
        return Alarm(text[sirens.end() :])
    label = read_label(text[:_HEAD])
    behind = text[label.end :].lstrip(_BLANK) if label else ""
    if label is None or not (sirens := _SIRENS.match(behind)):
        return None
    said = f"{text[: label.end].strip()} {behind[sirens.end() :]}"
    return Alarm(said, label.handling.tlp is not TLP.RED)


def almost(body: str, names: Names) -> str | None:
    """Return what stands behind the prefix of a message between people that begins as a command does, or None.

    Or with a subcommand's name whose first word was left out (`!severity high`).
    What a single letter begins, or an exclamation mark ends, is a sentence (`!I am hit`).
    """
    text = body.strip().lstrip(MARKS)
    prefix = _PREFIX.match(text)
    command = text[prefix.end() :] if prefix else ""
    first = _first(command)
    if len(first) < 2 or bare(first[:LONGEST_COMPARED]) in CRIES or command.rstrip().endswith(_CALLED):
        return None
    begun = not _goes_on(command, names) if names.has_near(first) else names.has_verb(first, alone=True)
    return command if begun else None


def hailed(body: str) -> bool:
    """Return whether a message calls out to a superior behind a prefix: in a room with others it is for these."""
    text = body.strip().lstrip(MARKS)
    prefix = _PREFIX.match(text)
    return prefix is not None and hails(text[prefix.end() :])


def misspelt(body: str, nouns: Iterable[str]) -> bool:
    """Return whether a message begins with one of the bare *nouns* without a prefix, or nearly, behind any sign.

    That is more than is taken for a slip anywhere else: it is for where nobody but the bot can be meant.
    """
    found = _SPELT.match(body.strip().lstrip(MARKS))
    if found is None:
        return False
    whole = found[2][:LONGEST_COMPARED]
    words = {bare(whole), bare(whole.partition("-")[0])}
    return any(OSA.distance(word, noun, score_cutoff=1) <= bool(found[1]) for word in words for noun in nouns)


def slipped(body: str, nouns: Iterable[str]) -> str | None:
    """Return what stands behind one of the bare *nouns* that is nearly written as a command, or None.

    That is with a blank behind the prefix, or with a slip of the fingers: of a short noun, its own letters alone, so
    that no other word is meant (`!sri`, `!sirr`; not `!sit`). A call to somebody is none: behind a comma, or before an
    exclamation mark and without a digit.
    """
    text = body.strip().lstrip(MARKS)
    if label := read_label(text[:_HEAD]):
        text = text[label.end :].lstrip(_BLANK)
    found = _NEARLY.match(text)
    if found is None:
        return None
    word, said = bare(found[2][:LONGEST_COMPARED]), text[found.end() :].strip(f":.;{_BLANK}")
    called = said.startswith((",", "،", "，")) or (said.endswith(_CALLED) and not any(map(str.isdigit, said)))
    if not said or called:
        return None
    spaced = bool(found[1]) and word in nouns
    return said if spaced or (word not in nouns and any(_slips(word, noun) for noun in nouns)) else None


def _slips(word: str, noun: str) -> bool:
    own = len(noun) >= _LONG_NOUN or (len(word) >= len(noun) and set(word) <= set(noun))
    return own and OSA.distance(word, noun, score_cutoff=1) <= 1


def _meant(prefix: str, command: str, names: Names) -> bool:
    """Return whether *command*, behind its *prefix*, is meant for the bot."""
    word = _FIRST_WORD.match(command)
    if word is None or word[0].rstrip(MARKS).endswith(_CALLED):
        return False
    first, rest = _first(command), command[word.end() :].strip()
    if names.has_near(first):
        cried = bare(first[:LONGEST_COMPARED]) in CRIES and rest and not _is_topic(word[0], rest, names)
        return not cried and _goes_on(command, names)
    # A single slash begins what is for an app: `/list`, `/mode`.
    if prefix.rstrip(MARKS) in ("/", "／") or command.rstrip().endswith(_CALLED):
        return False
    return names.has_verb(first, alone=not rest)


def _goes_on(command: str, names: Names) -> bool:
    """Return whether the second word of *command* can be that of a command; if there is none, it is asked for."""
    word = _FIRST_WORD.match(command)
    second = _first(command[word.end() :].lstrip()) if word else ""
    return not second or names.goes_on(_first(command), second)


def _is_topic(cry: str, rest: str, names: Names) -> bool:
    """Return whether *rest* behind a *cry* is asked help on: a command's word, or one word, perhaps mistyped."""
    one = len(rest.split(None, 1)) == 1 and not rest.endswith(_CALLED) and not cry.endswith((":", ",", "."))
    return one or names.has_near(_first(rest))


def _first(command: str) -> str:
    word = _FIRST_WORD.match(command)
    return word[0].rstrip(":,.!?") if word else ""


def _command(text: str, at: int) -> str:
    """Return what follows the mention that ends at *at*, without the prefix that some people type as well."""
    after = _AFTER_MENTION.match(text, at)
    command = text[after.end() if after else at :]
    prefix = _PREFIX.match(command)
    return command[prefix.end() :] if prefix else command


def _mention(text: str, formatted: str, bot: Addressee) -> int | None:
    """Return where a beginning mention of the bot ends in *text*, or None: its id, a link to it, a pill."""
    end = len(bot.user_id)
    if text.startswith(bot.user_id) and _USER_ID_ENDS.match(text, end):
        return end
    if (link := _LINK.match(text)) and unquote(link[1]) == bot.user_id:
        return link.end()
    opening = _OPENING.match(formatted)
    pill = _PILL.match(formatted, opening.end() if opening else 0)
    if pill is None or _linked(pill[1]) != bot.user_id:
        return None
    return _begins(text, html.unescape(pill[2]))


def _name(text: str, name: str | None) -> int | None:
    end = _begins(text, name) if name and name.strip() else None
    somebody_else = end is not None and text.startswith("@") and _REST_OF_ID.match(text, end)
    return None if somebody_else else end


def _begins(text: str, name: str) -> int | None:
    """Return where *name* ends if *text* begins with it as words, in any case and with or without an @."""
    name = name.removeprefix("@").strip()
    start = 1 if text.startswith("@") else 0
    end = start + len(name)
    same = name != "" and text[start:end].casefold() == name.casefold()
    return end if same and not text[end : end + 1].isalnum() else None


def _pills(formatted: str) -> tuple[Pill, ...]:
    """Return the people whom a message mentions, as its text shows them, so that `@ana` can be a pill."""
    found: dict[str, str] = {}
    for pill in _PILL.finditer(formatted):
        if (who := _linked(pill[1])).startswith("@") and len(found) < _MOST_PILLS:
            found[html.unescape(pill[2])] = who
    return tuple(Pill(shown, who) for shown, who in found.items())


def _linked(address: str) -> str:
    return unquote(html.unescape(address)).partition("?")[0]
