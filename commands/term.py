"""`term`: what the task force calls things, in every language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from bot.command import Arg, Context, ErrorCode, Listing, Option, Reply, Role, UserError, command
from bot.i18n import Code, Language, Message, Typed, Verbatim, _, _c, _n
from bot.model.file import File
from bot.model.names import one_line
from bot.model.person import LanguageCode
from bot.model.term import ANY, Entry, Status, Term, Version
from bot.model.term.file import term_of
from bot.model.term.inflection import folded
from bot.model.term.sheet import KEPT
from commands.posted import own_file

MOST_LISTED = 40
HASH_SHOWN = 12
_EQUALS = re.compile(r"\s*(?:=|＝|→|->)\s*")
_QUOTES = "\"“”„«»‹›'‘’‚ "

NOUN = _c("noun", "term")
HOW = Typed(("!", NOUN, " ", _c("verb", "add"), " plate = matrícula ", _c("option", "in"), ":en ",
             _c("option", "to"), ":pt"))  # fmt: skip
IMPORT = Typed(("!", NOUN, " ", _c("verb", "import")))


@command("term add", summary=_("Propose a term: what something must be called in another language"), described=True)
async def add(
    ctx: Context,
    wording: Annotated[
        str,
        Arg(
            _("The term, an equals sign and what it must be called; a hyphen for what must stay as it is"),
            rest=True,
            metavar="SOURCE = TARGET",
        ),
    ],
    in_: Annotated[LanguageCode | None, Option(_("The language of the term; yours if you leave it out"))] = None,
    to: Annotated[LanguageCode | None, Option(_("The language that it is translated into"))] = None,
    not_: Annotated[tuple[str, ...] | None, Option(_("What it must not be called there"), metavar="WORDS")] = None,
) -> Reply:
    """Answer `term add SOURCE = TARGET [in:LANG] [to:LANG] [not:WORDS]`."""
    entry = await ctx.services.term.propose(ctx.actor, _term(ctx, wording, in_, to, not_ or ()), ctx.now)
    approve = Typed(("!", NOUN, " ", _c("verb", "approve"), f" {entry.id}"))
    return Reply(
        _("Proposed as term {number}: {term}", number=entry.id, term=_shown(entry.term)),
        _("It is not used until somebody else approves it with {command}.", command=approve),
    )


def _term(
    ctx: Context, wording: str, source: LanguageCode | None, target: LanguageCode | None, forbidden: Sequence[str]
) -> Term:
    said, *rest = _EQUALS.split(wording, maxsplit=1)
    if not rest:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _(
                "Write an equals sign between the term and what it must be called: {example}",
                example=HOW,
            ),
        )
    kept = rest[0].strip() == KEPT
    if target is None and not kept:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Say into which language, like this: {example}", example=HOW))
    own = source or (ANY if kept and target is None else ctx.actor.language)
    made = term_of(
        own.base, (target or ANY).base, said.strip(_QUOTES), None if kept else rest[0].strip(_QUOTES), forbidden,
        kept=kept,
    )  # fmt: skip
    if isinstance(made, Message):
        raise UserError(ErrorCode.BAD_ARGUMENT, _("That is no term: {why}.", why=made))
    return made


@command("term list", summary=_("Show the glossary, or the terms with a word"), changes=False, described=True)
async def list_terms(
    ctx: Context,
    word: Annotated[str | None, Arg(_("A word to look for"), rest=True)] = None,
    in_: Annotated[LanguageCode | None, Option(_("Only terms in this language"))] = None,
    to: Annotated[LanguageCode | None, Option(_("Only terms into this language"))] = None,
) -> Reply:
    """Answer `term list [WORD] [in:LANG] [to:LANG]`."""
    entries = await ctx.services.term.list_now()
    found = [entry for entry in entries if _fits(entry.term, word, in_, to)]
    heading = _version(await ctx.services.term.version())
    if not found:
        none = _("No term is like that.") if entries else _("To propose a term: {example}", example=HOW)
        return Reply(heading, none)
    blocks: list[Message | Listing] = [heading, Listing(tuple(_line(ctx, entry) for entry in found[:MOST_LISTED]))]
    if (left := len(found) - MOST_LISTED) > 0:
        export = Typed(("!", NOUN, " ", _c("verb", "export")))
        blocks.append(
            _n(
                "{n} more is not shown. Name a word to look for, or get all of them as a file: {command}",
                "{n} more are not shown. Name a word to look for, or get all of them as a file: {command}",
                left,
                command=export,
            )
        )
    return Reply(*blocks)


@command("term approve", summary=_("Approve a term that somebody else proposed"))
async def approve(
    ctx: Context,
    numbers: Annotated[tuple[int, ...], Arg(_("The numbers of the terms, as the list shows them"))],
) -> Reply:
    """Answer `term approve NUMBERS`."""
    done = await ctx.services.term.approve(ctx.actor, ctx.room, numbers, ctx.now)
    said = [_("Approved: {term}", term=_shown(entry.term)) for entry in done.entries]
    said += [_("Removed: {term}", term=_shown(entry.term)) for entry in done.replaced]
    return Reply(Listing((*said, *done.known)), _version(done.version))


@command("term remove", summary=_("Remove a term, or take a proposal back"))
async def remove(
    ctx: Context,
    numbers: Annotated[tuple[int, ...], Arg(_("The numbers of the terms, as the list shows them"))],
) -> Reply:
    """Answer `term remove NUMBERS`."""
    entries, version = await ctx.services.term.remove(ctx.actor, numbers, ctx.now)
    said = tuple(_("Removed: {term}", term=_shown(entry.term)) for entry in entries)
    return Reply(Listing(said), *((_version(version),) if version else ()))


async def read(
    ctx: Context, table: str | None, in_: LanguageCode | None, to: LanguageCode | None
) -> tuple[tuple[Term, ...], str | None]:
    """Return the terms to import, and the name of their file, if they stand in one."""
    if table is not None:
        return await ctx.services.term.read(table.encode(), in_, to), None
    how = _("Post the file with the terms (CSV or TBX) here, then reply to it with {command}.", command=IMPORT)
    file = await own_file(ctx, how)
    return await ctx.services.term.read(file.data, in_, to), file.name


@command(
    "term import",
    summary=_("Take in terms from a file that you reply to, CSV or TBX; they count as approved"),
    role=Role.LEAD,
    prepare=read,
)
async def import_terms(
    ctx: Context,
    table: Annotated[str | None, Arg(_("The terms themselves as CSV, instead of a file"), rest=True)] = None,
    in_: Annotated[LanguageCode | None, Option(_("The language of the terms, where the file does not say it"))] = None,
    to: Annotated[
        LanguageCode | None, Option(_("The language that they are translated into, where the file does not say it"))
    ] = None,
) -> Reply:
    """Answer `term import [TABLE] [in:LANG] [to:LANG]`."""
    terms, name = ctx.prepared
    made = await ctx.services.term.take_in(ctx.actor, terms, ctx.now)
    counts = (
        _n("{n} term is new", "{n} terms are new", made.added),
        _n("{n} has changed", "{n} have changed", made.changed),
        _n("{n} was there already", "{n} were there already", made.same),
    )
    said = (
        _("Imported {file}: {counts}.", file=Verbatim(one_line(name)), counts=counts)
        if name
        else _("Imported: {counts}.", counts=counts)
    )
    return Reply(said, _version(made.version))


async def collect(ctx: Context, as_: Literal["csv", "tbx"], in_: LanguageCode | None, to: LanguageCode | None) -> File:
    """Return the file to post."""
    return await ctx.services.term.export(as_, (in_, to))


@command("term export", summary=_("Get the approved terms as an encrypted file"), changes=False, prepare=collect)
async def export(
    ctx: Context,
    as_: Annotated[
        Literal["csv", "tbx"], Option(_("The kind of file: csv for spreadsheets, tbx for translation tools"))
    ] = "csv",
    in_: Annotated[LanguageCode | None, Option(_("Only terms in this language"))] = None,
    to: Annotated[LanguageCode | None, Option(_("Only terms into this language"))] = None,
) -> Reply:
    """Answer `term export [as:csv|tbx] [in:LANG] [to:LANG]`."""
    file: File = ctx.prepared
    return Reply(
        _("Here are the terms as a file: {name}", name=Code(file.name)),
        _version(await ctx.services.term.version()),
        file=file,
    )


def _fits(term: Term, word: str | None, source: LanguageCode | None, target: LanguageCode | None) -> bool:
    if source not in (None, term.source_language) or target not in (None, term.target_language):
        return False
    sides = ((term.source, term.source_language), (term.target or "", term.target_language))
    return word is None or any(folded(word.strip(), language) in folded(text, language) for text, language in sides)


def _version(version: Version | None) -> Message:
    if version is None:
        return _("The glossary has no approved terms yet.")
    return _n(
        "Glossary version {number}: {n} term, hash {hash}.",
        "Glossary version {number}: {n} terms, hash {hash}.",
        version.terms,
        number=version.number,
        hash=Code(version.hash[:HASH_SHOWN]),
    )


def _line(ctx: Context, entry: Entry) -> Message:
    name = Verbatim(ctx.services.room.name_of(ctx.room, entry.author))
    if entry.status is Status.PROPOSED:
        return _("{number}: {term} (proposed by {name}, not used yet)",
                 number=entry.id, term=_shown(entry.term), name=name)  # fmt: skip
    return _("{number}: {term}", number=entry.id, term=_shown(entry.term))


def _shown(term: Term) -> Message:
    """Return a term as the list shows it: part of a sentence."""
    source = Verbatim(term.source)
    if term.source_language == ANY:
        return _("“{source}” stays as it is in every language", source=source)
    if term.target_language == ANY:
        return _("“{source}” ({language}) stays as it is", source=source, language=Language(term.source_language))
    route = Verbatim(f"{term.source_language} → {term.target_language}")
    if term.kept:
        return _("“{source}” ({route}) stays as it is", source=source, route=route)
    never = tuple(Verbatim(word) for word in term.forbidden)
    if term.target is None:
        return _("“{source}” ({route}): never {forbidden}", source=source, route=route, forbidden=never)
    target = Verbatim(term.target)
    if never:
        return _(
            "“{source}” = “{target}” ({route}), never {forbidden}",
            source=source, target=target, route=route, forbidden=never,
        )  # fmt: skip
    return _("“{source}” = “{target}” ({route})", source=source, target=target, route=route)
