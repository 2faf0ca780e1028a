"""Words that people call out to each other: behind an exclamation mark they are meant for people, not for the bot."""

from __future__ import annotations

from bot.arguments.folding import bare

_WARNINGS = """
halt stop stand fire danger attention caution
achtung feuer gefahr vorsicht warten
alto parad fuego peligro atención espera
arrêtez feu attention attendez
fermo fermi fuoco pericolo attenzione aspetta
stój ogień uwaga czekaj
pare parem recua recuem fogo perigo atenção cuidado
stai foc pericol atenție așteaptă
dur ateş tehlike dikkat bekle
стій вогонь увага обережно чекай
αλτ φωτιά προσοχή κίνδυνος περίμενε
قف نار خطر انتباه انتظر
"""
"""What warns: never a command's word with a slip of the fingers."""
_FOR_HELP = "help ayuda ajuda aide aiuto hilfe pomoc ajutor yardım допомога βοήθεια مساعدة"
"""What one cries for: a command if it stands alone or a command's word follows."""
_ORDERS = """
on off check
an aus anhalten anschalten abschalten ausschalten einschalten zeig zeige zeigen
apaga apagar enciende encender ver quita quitar retirar activa desactiva confirma comprueba verifica muestra
arrêter suspendre montrer voir retirer contrôler vérifier
togli ritira vedi mostra controlla controllare attiva disattiva conferma verifica
wstrzymaj wstrzymać przerwa włącz wyłącz wyłączyć pokaż sprawdź wycofaj wycofać potwierdź usuń połącz
liga ligar desliga desligar retirar suspende suspender mostra verifica confirma
oprește oprit pornește pornit suspendă retrage arată vezi leagă verifică confirmă elimină
aç kapa kapat bak gör göster geri kontrol kaldır çıkar sil bağla indir yükle
вимкни вимкнути увімкни ввімкни покажи поверни повернути перевір підтверди прибрати стан
άνοιξε κλείσε δείξε έλεγχος έλεγξε αφαίρεσε
أوقف إيقاف عطّل شغّل اعرض سحب احذف راجع فحص أكد
start begin reopen pasar passar me cancel
beginn beginne beginnen starten öffnen schließe schließen schließt
empieza empezar inicia iniciar reabre reabrir começar cobre
commencer démarrer lancer ferme fermez rouvrir
avvia avviare inizia riapri riaprire cerca cercate
rozpocznij rozpocząć zacznij wznów wznowić
începe redeschide
başla başlat
почни почати розпочати поновити
ξεκίνα ξεκινώ ξανάνοιξε
ابدأ بدء
"""
"""What subcommands are called, or nearly, and are orders between people as well."""
CRIES = frozenset(map(bare, f"{_WARNINGS} {_FOR_HELP} {_ORDERS}".split()))
"""All of these, as the catalogues' languages have them. In doubt a word belongs here."""
_MOST_HAILED = 3
"""Words of what is called out to somebody by no more than “sir”; a report has more."""


def hails(command: str) -> bool:
    """Return whether *command* calls out to a superior: “Sir” and a few words, or more with a comma or a “!”.

    `sir` is a command as well: what is longer, or says a time or a number, is a report, and goes to nobody else.
    """
    called, _space, said = command.partition(" ")
    words = len(said.split())
    called_out = called.endswith(",") or said.rstrip().endswith("!") or words <= _MOST_HAILED
    one_line = words > 0 and len(said.splitlines()) == 1
    return bare(called.rstrip(",")) == "sir" and one_line and called_out and not any(c.isdigit() for c in said)
