"""What an event is to us: a pure function, so that every case is one line of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.arguments.scanning import quoted
from bot.intake.actions import (
    Action,
    Announce,
    Answer,
    Ballot,
    Expand,
    Follow,
    Ignore,
    Invitation,
    Invoke,
    Joined,
    Levels,
    Mark,
    Membership,
    Propose,
    Refusal,
    Refuse,
    Relay,
    Request,
    Verify,
    Withdraw,
)
from bot.model import poll, rsvp
from bot.model.content import POLLS, RESPONSES, selected
from bot.model.handling import mark_of
from bot.model.incoming import Incoming, Trust
from bot.model.original import Original
from bot.model.person import UserId
from bot.model.question import Question, digit, remarked_digit, sealed_digit, wordy
from bot.model.reference import Reference
from bot.router import Line


@dataclass(frozen=True, slots=True)
class Known:
    """What the choice depends on beside the event: who we are, and what we know of its sender."""

    bot: str
    served: bool
    """Whether the sender's homeserver is listed, and no device of theirs lost."""
    addressed: Callable[[str, str | None], Line | None]
    """Returns the command line in a body and its HTML, or None."""
    question: Question | None = None
    """What the bot asked with the post that this event replies to."""
    filled_in: Callable[[Mapping[str, Any]], Line | None] = lambda content: None
    """Returns the command line that an app filled in beside the text, or None; never one if that is switched off."""
    silent: bool = False
    """Whether the room is in clear and the bot stays there without a word."""
    original: Original | None = None
    """The message between people that this event edits."""
    kept: bool = False
    """Whether this event edits what its sender has entered into an incident: that stands as it was said."""
    about: Reference | None = None
    """The incident of which this event replies to the card, or to what was posted about it; known for places alone."""
    sealed: Callable[[Incoming], bool] = lambda incoming: False
    """Returns whether an event's words are a command of which nothing may be kept, even where they are no command."""
    polled: Mapping[str, Any] | None = None
    """What a vote needs in the poll who comes to a briefing to which this event refers; known for votes alone."""
    begun: Line | None = None
    """What begins as a command does and is none, below an incident's card: a slip there is to be no note."""
    lost: bool = False
    """Whether a device of the sender's is lost: nobody knows who writes, and nothing is answered."""


SPOKEN = ("m.text", "m.emote")


def choose(incoming: Incoming, known: Known) -> Action:
    """Return what is to be done about *incoming*."""
    if incoming.type == "m.room.member" and incoming.state_key is not None:
        return _membership(incoming, known)
    if incoming.type == "m.room.encryption" and incoming.state_key == "":
        # From now on the bot works there: as if it had just come.
        return Joined()
    if incoming.sender == known.bot:
        return Ignore("own")
    if incoming.type == "m.room.power_levels" and incoming.state_key == "":
        return Levels()
    if incoming.type == "m.room.redaction" and incoming.redacts and not incoming.encrypted:
        # The homeserver's word, whoever sent it: it has taken the event away.
        return Withdraw(incoming.redacts)
    if incoming.type in RESPONSES:
        return _ballot(incoming, known)
    if incoming.verifies:
        return _verification(incoming, known)
    reaction = _reaction(incoming)
    if (incoming.type not in ("m.room.message", *POLLS) and not reaction) or incoming.state_key is not None:
        return Ignore("type")
    if known.silent:
        return Ignore("in clear")
    if not known.served:
        return Ignore("lost" if known.lost else "server")
    if incoming.trust is Trust.FORGED:
        return Refuse(Refusal.FORGED)
    # A convenience: reactions come in clear, and anyone on the path could have made it.
    return reaction or _message(incoming, known)


def _reaction(incoming: Incoming) -> Request | Expand | Propose | None:
    """Return what a reaction asks for, None if it is none or one that asks for nothing."""
    if wished := incoming.wishes:
        return Request(wished)
    if expands := incoming.expands:
        return Expand(expands)
    return Propose(pinned) if (pinned := incoming.pins) else None


def _message(incoming: Incoming, known: Known) -> Action:
    """Return what is to be done about what a person wrote, said or sent."""
    if incoming.replaces is not None:
        return _edit(incoming, known)
    if incoming.beside:
        return Refuse(Refusal.CAPTION) if known.sealed(incoming) else _beside(incoming, known)
    if incoming.msgtype not in SPOKEN:
        return Ignore("msgtype")
    filled_in = known.filled_in(incoming.content)
    if not incoming.said.strip() and not filled_in:
        return Ignore("empty")
    if not incoming.encrypted:
        # Anyone on the path could have written it: the homeserver delivers plain text like any other.
        return Refuse(Refusal.PLAINTEXT)
    if incoming.msgtype != "m.text":
        return Refuse(Refusal.CAPTION) if known.sealed(incoming) else Relay()
    return _filled(filled_in, incoming, known) if filled_in else _text(incoming, known)


def _filled(line: Line, incoming: Incoming, known: Known) -> Invoke:
    """Return the command that an app filled in, with what the text beside it asks for."""
    digits = Line(incoming.said, True) if known.question and digit(incoming.said) else None
    return Invoke(line, digits or known.addressed(incoming.said, incoming.formatted_body))


def _text(incoming: Incoming, known: Known) -> Action:
    """Return whether a text is an answer, a command, a label, or said to people."""
    question = known.question
    by_words = question is not None and _by_words(question, incoming)
    if question and (answer := _answer(question, incoming, by_words=by_words)):
        return answer
    if line := known.addressed(incoming.said, incoming.formatted_body):
        return Invoke(line)
    if question and by_words:
        return Answer(question, "", incoming.said)
    if known.begun:
        return Invoke(known.begun)
    if incoming.replies_to and (label := mark_of(incoming.said)):
        return Mark(label)
    return Relay()


def _verification(incoming: Incoming, known: Known) -> Action:
    """Return that it is part of a verification: in clear as well, since widespread apps send it so.

    Nothing of it is believed before both sides have compared what they show and proved their keys.
    """
    if incoming.state_key is not None or known.silent:
        return Ignore("type")
    if not known.served:
        return Ignore("lost" if known.lost else "server")
    return Verify() if incoming.trusted or not incoming.encrypted else Ignore("unverified")


def _ballot(incoming: Incoming, known: Known) -> Action:
    """Return the vote in a poll of ours; of other polls, and in clear, none counts."""
    found = _selected(selected(incoming.content))
    if found is None and known.polled:
        # None of its answers: whoever votes so takes back what they had said (MSC3381).
        found = Ballot(rsvp.COMMAND, rsvp.UNSAID, known.polled)
    if found is None or incoming.state_key is not None or known.silent or not known.served:
        return Ignore("type")
    if incoming.trust is Trust.FORGED:
        return Refuse(Refusal.FORGED)
    return replace(found, data={**found.data, "ballot": True}) if incoming.encrypted else Ignore("in clear")


def _selected(id: str) -> Ballot | None:
    """Return the vote for the answer of that id: it says itself what it is about."""
    if slot := poll.read_answer_id(id):
        ref, number, choice = slot
        return Ballot(poll.COMMAND, choice, {"ref": str(ref), "slot": number})
    if coming := rsvp.read_answer_id(id):
        ref, begins, choice = coming
        return Ballot(rsvp.COMMAND, choice, rsvp.asked_data(ref, begins))
    return None


def _by_words(question: Question, incoming: Incoming) -> bool:
    """Return whether who was asked may answer by words: what others say of it, or later, is said to the room."""
    return question.worded and question.open and question.asked == incoming.sender


def _answer(question: Question, incoming: Incoming, *, by_words: bool) -> Answer | None:
    """Return the digit, or the yes or no, that a message says to *question*; None if it is neither."""
    if question.sealed:
        if sealed := sealed_digit(incoming.said):
            found, tail = sealed
            return Answer(question, found, tail=tail)
    elif (found := _digit(question, incoming)) and (question.choices or not by_words):
        return Answer(question, found)
    if not by_words and question.open and question.asked == incoming.sender and wordy(incoming.said):
        # Which of its questions is meant is the homeserver's word, so only a digit, which no two share, decides.
        return Answer(question)
    return None


def _digit(question: Question, incoming: Incoming) -> str:
    """Return the digit that a message is; with a word behind it where that may be, of whoever was asked."""
    remarked = question.remarked and question.asked == incoming.sender
    return digit(incoming.said) or (remarked and remarked_digit(incoming.said)) or ""


def _beside(incoming: Incoming, known: Known) -> Action:
    """Captions, polls and places are translated, and never commands; of files without a word one may come later."""
    question = known.question
    if incoming.encrypted and incoming.geo and question and _by_words(question, incoming):
        return Answer(question, "", incoming.geo)
    if incoming.encrypted and incoming.geo and known.about:
        return Invoke(_placed(incoming, known.about))
    if incoming.encrypted:
        return Announce() if incoming.voice else Relay()
    return Refuse(Refusal.PLAINTEXT) if incoming.words.strip() else Ignore("msgtype")


def _placed(incoming: Incoming, about: Reference) -> Line:
    """Return the command that a place, shared in reply to an incident's card, stands for: said of it is its name."""
    name = quoted(" ".join(incoming.words.split())) if incoming.words.strip() else None
    words = ["incident place", str(about), quoted(incoming.geo) or "", f"note:{name}" if name else ""]
    return Line(" ".join(filter(None, words)), True)


def _edit(incoming: Incoming, known: Known) -> Action:
    """An edit is never a command again; who may have meant it as one is told, and whose words a record keeps.

    It counts only from who wrote the message, encrypted, and from a device that is believed if the first one was.
    """
    revised, original = incoming.revised(), known.original
    if not incoming.encrypted or not (revised.beside or isinstance(incoming.edited.get("body"), str)):
        return Ignore("edit")
    if original and (original.sender != incoming.sender or (original.trusted and not incoming.trusted)):
        original = None
    sealed = known.sealed(incoming)
    if known.kept and incoming.trusted and not original and not sealed:
        return Refuse(Refusal.KEPT)
    if sealed or (not revised.beside and known.addressed(revised.body, None)):
        return Refuse(Refusal.EDIT, original) if incoming.trusted else Ignore("edit")
    followed = revised.msgtype in SPOKEN or (revised.beside and not revised.voice)
    return Follow(original) if original and followed else Ignore("edit")


def _membership(incoming: Incoming, known: Known) -> Action:
    membership = incoming.content.get("membership")
    if incoming.state_key != known.bot:
        return Membership(UserId(incoming.state_key or ""))
    if membership == "invite":
        return Invitation(incoming.sender, incoming.content.get("is_direct") is True)
    return Joined() if membership == "join" else Ignore("membership")
