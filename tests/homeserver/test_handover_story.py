"""Three watches, three agencies, four languages: the night hands over to the day, and the day to the evening."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo.homeserver import Homeserver

from .conftest import LiaisonFactory, OfficerFactory
from .digests import told
from .handover_story import AGENCIES, AGENCY, WATCHES, Gate, by_day
from .rooms import border_north, record
from .test_descriptions import may_set_state

TEXTS = Path(__file__).with_name("handover_texts.json")
"""What each of them reads, as a person has read it: the words, with names for what differs from run to run."""
EARLY = timedelta(minutes=20)
"""How long before the day's shift the night hands over."""
SHIFT = timedelta(hours=8)
GRACE = timedelta(minutes=15)


async def gathered(liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver) -> Gate:
    """Return everybody in their room; each is a lead, because each plans the watches of their own agency."""
    officers = {name: await officer(name, agency, auto_join=True) for name, agency in AGENCY.items()}
    kate, *others = officers.values()
    bot = await liaison(
        taskforce={"languages": ["en", "pt", "el", "uk"], "timezone": by_day(datetime.now(UTC))},
        agencies=[
            one | {"members": [f"@*-{one['code'].partition('-')[2].lower()}:example.org"]} for one in AGENCIES
        ],
        roles={"lead": [one.user_id for one in officers.values()]},
        incident={"quiet": ""},
    )  # fmt: skip
    gate = Gate(bot, officers, {"gate": await border_north(kate, bot, *others)})
    for one in others:
        await may_set_state(homeserver, kate, gate.rooms["gate"], one.user_id)
    # It is noon there, whenever the test runs: at night more would be read back.
    gate.zone = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
    return gate


async def planned(gate: Gate) -> None:
    """Let each agency plan its watch, which makes too many hours, and let Ana answer for the gate."""
    await gate.asks("eleni", "!language el reads:en")
    await gate.asks("olena", "!language uk reads:en")
    await gate.does("kate", "post", f"!shift post north gate zone:{gate.zone}")
    day = datetime.now(ZoneInfo(gate.zone)) + EARLY
    ana = gate.officers["ana"].user_id
    for who, begins, line, reason in (
        ("ana", day - SHIFT, "!turno escala pessoas:{} desde:{:%H:%M} para:8h cada:dia", "Até domingo sou só eu."),
        ("eleni", day, "!βάρδια πρόγραμμα άτομα:{} από:{:%H:%M} για:8h κάθε:μέρα", "Ως την Κυριακή είμαι μόνη."),
        ("olena", day + SHIFT, "!зміна графік люди:{} з:{:%H:%M} для:8h кожен:день", "До неділі я сама."),
    ):
        asked = await gate.does(who, "hours", line.format(gate.officers[who].user_id, begins))
        # How many weeks would be too long depends on the day.
        lines = gate.read[f"{who} hours"].splitlines()
        weeks = dict.fromkeys(line for line in lines if not line.startswith("•") or " 56 " in line)
        gate.read[f"{who} hours"] = "\n".join(weeks)
        await gate.does(who, "roster", reason, reply_to=asked.event_id)
    await gate.does("kate", "pass", f"!handover pass {ana} Ana has had the night watch")
    await gate.rings("ana", "handover", 1, "night")
    await gate.does(
        "ana", "tonight", f"!turno alterar quem:{ana} até:{day.astimezone(ZoneInfo('Europe/Lisbon')):%H:%M}"
    )
    for who in WATCHES:
        await gate.does(who, "on call", "!shift oncall")


async def drafted(gate: Gate) -> str:
    """Let the night have its incident, and hand it over to Eleni; return the reference of the handover."""
    declared = await gate.asks(
        "ana", "!ocorrência abrir Vemos um barco preto perto da praia com 3 homens tipo:barco gravidade:alta"
    )
    one = str(record(declared)["ref"])
    kate = gate.officers["kate"].user_id
    task = await gate.asks("ana", f'!ocorrência tarefa {one} Chame a ambulância agora. para:{kate} prazo:"daqui a 2h"')
    gate.names |= {one: "ONE", str(record(task)["ref"]): "T1"}
    started = await gate.asks("ana", "!passagem iniciar")
    handover = str(record(started)["ref"])
    gate.names[handover] = "H1"
    gate.read["ana draft"] = gate.plain(started)
    for what, line in (
        ("note", "1 Os 3 homens não estão armados."),
        ("radio", "O rádio 2 está avariado. tipo:material"),
        ("order", "Não abra o portão norte. se:Se virem 8 carros, chame a ambulância. permanente:sim"),
        ("report", "O relatório de ontem não está assinado."),
    ):
        await gate.does("ana", what, f"!passagem nota {line}")
    await gate.does("ana", "ready", "!passagem pronta")
    await gate.rings("eleni", "handover", 1, "turn")
    await gate.board("eleni", handover, "ready")
    return handover


async def gone_through(gate: Gate) -> None:
    """Let Eleni refuse one item and read the others back: first in Greek, then a number wrong, then right."""
    await gate.does("eleni", "show", "!παράδοση προβολή")
    await gate.tries("eleni", "too early", "!παράδοση παραλαβή")
    await gate.tries("eleni", "ok", "!παράδοση σημείο 1-4 εντάξει")
    await gate.does("eleni", "refuses", "!παράδοση σημείο 5 απορρίπτω Την υπογράφει όποιος τη συνέταξε.")
    await gate.rings("ana", "handover", 2, "refused")
    says = "!παράδοση επανάληψη"
    await gate.tries("eleni", "greek", f"{says} 1 Μαύρο σκάφος κοντά στην παραλία, 3 άνδρες, άοπλοι.")
    await gate.does("eleni", "wrong", f"{says} 1 There is a black boat near the beach with 8 men. They are not armed.")
    await gate.rung("ana", "handover readback")
    await gate.bot.kill()
    await gate.bot.launch()
    await gate.judges("ana", 1, right=False, what="wrong")
    await gate.rings("eleni", "handover", 2, "again")
    texts = (
        "There is a black boat near the beach with 3 men. They are not armed.",
        "Kate must call the ambulance now.",
        "Radio 2 is broken.",
        "Do not open the north gate. If you see 8 cars, call the ambulance.",
    )
    for number, text in enumerate(texts, 1):
        await gate.does("eleni", f"item {number}", f"{says} {number} {text}")
        await gate.judges("ana", number + 1, right=True, what=f"judges {number}")
    await gate.rings("eleni", "handover", 3, "settled")
    await gate.does("eleni", "accepts", "!παράδοση παραλαβή")


async def on_patrol(gate: Gate) -> None:
    """Let Eleni go on patrol and not answer: she is asked twice, then the others are; Kate sees to it."""
    await gate.does("eleni", "in", "!παρουσία north gate A12")
    await gate.does("eleni", "out", "!παρουσία κατάσταση περιπολία Παλιός Μύλος")
    for times in (1, 2):
        await gate.passes("welfare")
        await gate.rings("eleni", "checkin", times, "well")
    await gate.passes("welfare")
    question = await gate.rings("kate", "checkin", 1, "welfare")
    for who in ("ana", "olena"):
        await gate.rings(who, "checkin", 1, "welfare")
    gate.read["kate sees to it"] = gate.plain(await gate.answers("kate", question, "seen"))
    await gate.does("eleni", "back", "!παρουσία κατάσταση πίσω")
    await gate.does("olena", "list", "!відмітка список")
    await gate.does("eleni", "end", "!παρουσία τέλος")


async def missed(gate: Gate) -> None:
    """Let the evening's shift begin without a handover: Eleni is asked twice, then Olena, who sees to it."""
    await gate.hours_pass(EARLY + SHIFT + GRACE)
    await gate.rings("eleni", "handover start", 1, "late")
    await gate.passes("handover")
    await gate.rung("eleni", "handover start", 2)
    await gate.passes("handover")
    question = await gate.rings("olena", "handover start", 1, "late")
    await gate.does("olena", "on call late", "!зміна хто")
    gate.read["olena sees to it"] = gate.plain(await gate.answers("olena", question, "seen"))


async def handed_on(gate: Gate) -> str:
    """Let the day hand over to the evening; return the reference of the handover."""
    started = await gate.asks("eleni", "!παράδοση έναρξη")
    handover = str(record(started)["ref"])
    gate.names[handover] = "H2"
    gate.read["eleni draft"] = gate.plain(started)
    await gate.does("eleni", "note", "!παράδοση σημείωση 1 Το σκάφος έφυγε στις 14:30 με 2 άνδρες.")
    await gate.does("eleni", "ready", "!παράδοση έτοιμη")
    await gate.rings("olena", "handover", 1, "turn")
    await gate.board("olena", handover, "ready")
    await gate.does("olena", "show", "!передавання показати")
    says = "!передавання повтор"
    await gate.tries("olena", "ukrainian", f"{says} 1 Чорний човен біля пляжу, 3 чоловіки, без зброї.")
    texts = (
        "Black boat near the beach, 3 men, not armed. It left at 14:30 with 2 men.",
        "Kate must call the ambulance now.",
        "Radio 2 is broken.",
        "Do not open the north gate. If you see 8 cars, call the ambulance.",
    )
    for number, text in enumerate(texts, 1):
        await gate.does("olena", f"item {number}", f"{says} {number} {text}")
        await gate.judges("eleni", number, right=True, what=f"judges {number}")
    await gate.does("olena", "refuses", "!передавання пункт 5 не-приймаю Це не наш рапорт.")
    await gate.rings("ana", "handover", 3, "refused again")
    await gate.does("olena", "accepts", "!передавання прийняти")
    return handover


async def summed_up(gate: Gate) -> None:
    """Let each of the four nations ask in the room what the day has brought; Kate has all of it."""
    askers = {"kate": "en", "ana": "pt", "eleni": "el", "olena": "uk"}
    for who, digest in (await told(gate, askers, "kate", {"opened": 1}, "handover")).items():
        gate.read[f"{who} digest"] = gate.plain(digest.said)


@pytest.mark.timeout(900)  # eight starts of the bot
async def test_three_watches_at_one_gate(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver, tmp_path: Path
) -> None:
    gate = await gathered(liaison, officer, homeserver)
    await planned(gate)
    digests = {}
    first = await drafted(gate)
    await gone_through(gate)
    digests[first] = (await gate.board("eleni", first, "accepted"))["digest"]
    await on_patrol(gate)
    await missed(gate)
    second = await handed_on(gate)
    digests[second] = (await gate.board("olena", second, "accepted"))["digest"]
    for who in AGENCY:
        for ref in digests:
            await gate.does(who, gate.names[ref], f"!handover show {ref}")
        await gate.does(who, "kept", "!handover kept")
        await gate.does(who, "history", "!handover history")
    await summed_up(gate)
    await gate.whole()
    await gate.bot.kill()
    log, logged = await gate.logged()
    records = {ref: await gate.frozen(ref) for ref in digests}
    assert logged == digests == {ref: hashlib.sha256(one.encode()).hexdigest() for ref, one in records.items()}
    assert "with 8 men" in records[first] and "with 3 men" in records[first], "both stand in the record"
    read = {what: text.splitlines() for what, text in gate.read.items()} | {"log": log}
    found = tmp_path / TEXTS.name  # for a person to read, and to put there, where sentences have changed
    found.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert read == json.loads(TEXTS.read_text("utf-8")), f"what was read now is in {found}"
