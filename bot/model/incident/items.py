"""What the items of checklists say."""

from __future__ import annotations

from bot.i18n import Message, Verbatim, _

SENTENCES = {
    "aboard": _("Count the people on board, the children among them, and the life jackets."),
    "air_traffic": _("Tell air traffic control."),
    "apart": _("Speak with each person alone, with an interpreter who is not one of them."),
    "carriers": _("Enter who carried it, from where, and for whom."),
    "chip": _("Compare the document, its chip and the person."),
    "clear_area": _("Clear the area below it."),
    "count": _("Count the people, and say how many are children."),
    "databases": _("Look it up among lost and stolen documents."),
    "description": _("Enter age, clothing, health, and what the person carries."),
    "distress": _("Decide whether the vessel is in distress. If you are in doubt, it is."),
    "expert": _("Ask a document expert."),
    "family": _("Name one officer who speaks with the family."),
    "flight": _("Enter where it was seen, what it looks like, how high it flew and where to."),
    "gloves": _("Wear gloves. Do not open, smell or taste it."),
    "hands_off": _("Leave it where it comes down: it may carry explosives."),
    "in_sight": _("Keep it in sight, and say who watches it."),
    "last_seen": _("Enter where and when the person was last seen."),
    "make_safe": _("Have it made safe by somebody who is trained for that, and touch it with gloves alone."),
    "markings": _("Enter its name, flag, colour and markings, and take photographs."),
    "medical": _("Ask who is hurt, ill or pregnant, and call for medical help."),
    "medical_team": _("Ask for a medical team."),
    "neighbours": _("Tell the neighbouring posts."),
    "pages": _("Photograph every page, under ultraviolet light too."),
    "papers": _("Compare the plates, the chassis number and the papers."),
    "photographs": _("Take photographs, and note the times."),
    "pilot": _("Look for the pilot, and for where it started."),
    "position": _("Enter its position, course and speed, and when it was seen."),
    "protection": _("Ask whether anybody wants international protection, and record the answer."),
    "receipt": _("Take the document, and give a receipt for it."),
    "rescue_centre": _("If it is in distress, call the maritime rescue coordination centre at once."),
    "rescue_service": _("Call the rescue service that is responsible there."),
    "scene": _("Secure the scene, and keep people away from it."),
    "seal": _("Count or weigh it, seal it, and enter the number of the seal."),
    "search_lead": _("Say who leads the search, and who searches where."),
    "serial": _("Enter make, calibre and serial number, and ask for a trace."),
    "shelter": _("Bring water, blankets and shelter."),
    "stolen": _("Look it up among stolen vehicles."),
    "track": _("Enter where and when they crossed, and where they were going."),
    "trafficking": _("Look for signs of trafficking: who holds the papers, who speaks for whom?"),
    "vulnerable": _("Look for those who need protection first: children alone, the ill, victims of trafficking."),
    "weather": _("Ask for the weather, and decide when it is too dark to go on."),
    "witnesses": _("Note who has seen it, and keep witnesses apart."),
}
"""What the codes of items are called: exact in every language."""


def said(key: str, text: str | None, translated: str | None = None) -> Message:
    """Return what the item *key* says, which has that *text* if it is the task force's own."""
    if text is None:
        return SENTENCES.get(key) or _("{text}", text=Verbatim(key))
    if translated is not None:
        return _("{text} (machine translation)", text=Verbatim(translated))
    return _("{text}", text=Verbatim(text))
