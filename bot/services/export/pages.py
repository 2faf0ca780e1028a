"""What people read of an export: a page of the whole, and what a pack is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.i18n import Catalogues, Code, Message, Verbatim, _
from bot.model.export import Case, Line
from bot.model.incident import facts, headed, taken_apart, titled, told
from bot.model.incident import heading as standing
from bot.model.report import heading, lines
from bot.model.translation import Translation
from bot.model.uncertainty import doubted
from bot.services.paper import Cell, Paper

VERIFY = "python3 verify.py"
WHAT = _(
    "This pack holds the record as it was entered, the translations with what made them, who has seen it, and the proof"
    " that the log of the task force holds each entry. File names say what is where."
)
LIMITS = _(
    "A pack shows that nothing in it was changed since it was signed. It cannot show that it is complete, that the"
    " times are true, or that a translation is right."
)


class Pages:
    """The pages of one export, in its reader's language and zone."""

    def __init__(self, case: Case, catalogues: Catalogues) -> None:
        self._case = case
        self._catalogues = catalogues

    def whole(self) -> bytes:
        """Return the incident and its timeline as a page."""
        case = self._case
        paper = self._paper(self._title())
        paper.lines([self._given(case), standing(case.cleared), *facts(case.cleared, case.name_of, unvalidated=False)])
        paper.heading(_("Timeline"))
        head = (_("Number"), _("When"), _("Who"), _("What"), _("Text"), _("Translation"))
        paper.table(head, map(self._row, case.lines))
        for one in case.reports:
            paper.heading(heading(one.report, case.name_of))
            language = case.language.base
            paper.lines(lines(one.report, one.before, one.into(language), language))
        return paper.file("").data

    def readme(self, cases: Sequence[Case] = ()) -> bytes:
        """Return in plain words what a file of these *cases* is, what it can show, and how it is checked."""
        words = self._words(cases or [self._case])
        said = "\n\n".join(self._catalogues.text(one, self._case.language, self._case.zone) for one in words)
        return f"{said}\n".encode()

    def _words(self, cases: Sequence[Case]) -> Iterator[Message]:
        for case in cases:
            yield self._given(case)
        yield WHAT
        yield _(
            "To check it, unpack verify.py and run {command} with the name of this pack behind it. That needs Python,"
            " no network and nothing else.",
            command=Code(VERIFY),
        )
        yield LIMITS
        yield _(
            "Entries that this agency may not read: {withheld}. Messages within two hours of those in the record that"
            " were not put there: {others}.",
            withheld=sum(len(case.withheld) for case in cases),
            others=sum(len(case.unpinned) + case.hidden for case in cases),
        )

    # Parts

    def _paper(self, title: Cell) -> Paper:
        paper = Paper(self._catalogues, self._case.language, self._case.zone)
        paper.title(title if isinstance(title, Message) else _("{text}", text=title))
        return paper

    def _title(self) -> Message:
        case = self._case
        made = case.texts(1).get(case.language.base)
        title = titled(case.incident, made if not case.incident.withheld else None)
        return _("{ref}: {title}", ref=Code(str(case.incident.ref)), title=title)

    def _given(self, case: Case) -> Message:
        return _(
            "{ref} as given to {agency}, {moment}. Handling: {label}",
            ref=Code(str(case.incident.ref)),
            agency=Verbatim(case.agency),
            moment=case.made_at,
            label=Verbatim(str(case.cleared.mark) or "-"),
        )

    def _person(self, user_id: str | None) -> Verbatim:
        return Verbatim(next((name for one, name in self._case.names.items() if one == user_id), "-"))

    def _made(self, line: Line) -> Translation | None:
        language = self._case.language.base
        entry = line.entry
        if not entry.language or entry.language.base == language:
            return None
        return self._case.texts(entry.number).get(language)

    def _row(self, line: Line) -> tuple[Cell, ...]:
        entry, made = line.entry, self._made(line)
        if line.withheld:
            return Verbatim(str(entry.number)), Verbatim(""), Verbatim(entry.agency or "-"), self._told(line), *_BLANK
        author = self._case.name_of(entry.author)
        text = doubted(self._lines(line, made.text), made) if made else Verbatim("")
        return (
            Verbatim(str(entry.number)), entry.happened_at or entry.sent_at,
            Verbatim(f"{author} ({entry.agency})" if entry.agency else author), self._told(line),
            Verbatim(self._lines(line, entry.text)), text,
        )  # fmt: skip

    def _told(self, line: Line) -> Message:
        return told(line.entry, self._case.name_of)

    def _text(self, line: Line) -> Message | Verbatim | None:
        """Return an entry's text as its reader understands it, or None if it has none."""
        made = self._made(line)
        if made:
            return doubted(self._lines(line, made.text), made)
        return Verbatim(self._lines(line, line.entry.text)) if line.entry.text else None

    def _lines(self, line: Line, text: str) -> str:
        """Return what an entry says in *text*: of a decision each part under its heading."""
        names = line.entry.values.get("parts")
        apart = taken_apart(text, names) if names else None
        if apart is None:
            return text
        decision, parts = apart
        case, said = self._case, ((part, _("{text}", text=Verbatim(words))) for part, words in parts)
        lines = (self._catalogues.text(headed(part, words), case.language, case.zone) for part, words in said)
        return "\n".join([decision, *lines])


_BLANK = (Verbatim(""), Verbatim(""))
