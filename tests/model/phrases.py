"""What people write and what they mean, a table a language, to be checked by people who speak it.

It is Tuesday 24 November 2026, 09:30 in Lisbon and in UTC. Right of the arrow stands UTC; the year is 2026 unless said.
"""

from __future__ import annotations

PHRASES = {
    "en": """
        14:30 → 11-24 14:30
        14.30 → 11-24 14:30
        8:00 → 11-25 08:00
        at 7h30 → 11-25 07:30
        8 pm → 11-24 20:00
        8:15 p.m. → 11-24 20:15
        12 am → 11-25 00:00
        noon → 11-24 12:00
        at midnight → 11-25 00:00
        today at 14:30 → 11-24 14:30
        tonight at 8 → 11-24 20:00
        tonight 22:00 → 11-24 22:00
        tomorrow 07:30 → 11-25 07:30
        tomorrow at 8 → 11-25 08:00
        tomorrow morning at 8 → 11-25 08:00
        tomorrow at 3 in the afternoon → 11-25 15:00
        tomorrow 1430 → 11-25 14:30
        day after tomorrow at noon → 11-26 12:00
        Monday 8 → 11-30 08:00
        on Monday at 8 → 11-30 08:00
        next Monday 8:00 → 11-30 08:00
        Wed 14:30 → 11-25 14:30
        12 March at 8 → 2027-03-12 08:00
        12th of March 2027 8pm → 2027-03-12 20:00
        March 12, 2027, 08:00 → 2027-03-12 08:00
        13/04 10:00 → 2027-04-13 09:00
        half past 8 → 11-25 08:30
        in 2 hours → 11-24 11:30
        in 90 min → 11-24 11:00
        in an hour and a half → 11-24 11:00
        in half an hour → 11-24 10:00
        in 2 days → 11-26 09:30
        in 2 days at 8:00 → 11-26 08:00
        2 hours from now → 11-24 11:30
        8 o'clock tomorrow → 11-25 08:00
        0730 hours → 11-25 07:30
        Monday 30 at 8 → 11-30 08:00
        Monday the 30th at 8 → 11-30 08:00
        12-Mar-2027 08:00 → 2027-03-12 08:00
        12/Mar 08:00 → 2027-03-12 08:00
        this Friday at 8 → 11-27 08:00
        on the 30th at 8 → 11-30 08:00
        14:30 (UTC) → 11-24 14:30
        tomorrow 12.10 → 11-25 12:10
        quarter past 8 → 11-25 08:15
        at quarter to eight → 11-25 07:45
        ten past eight → 11-25 08:10
        20 minutes to 8 → 11-25 07:40
        tomorrow at eight thirty → 11-25 08:30
        at fourteen hours → 11-24 14:00
        quarter to 1 pm → 11-24 12:45
        in 2 hours and a half → 11-24 12:00
        in 1 hour 30 → 11-24 11:00
        first of December at 9:00 → 12-01 09:00
        2 at night → 11-25 02:00
        10 at night → 11-24 22:00
        8 at night → 11-24 20:00
        today at 2 at night → 11-25 02:00
        26 November at 2 at night → 11-26 02:00
        tomorrow night at 10 → 11-25 22:00
        tomorrow from 8 → 11-25 08:00
        from 14:30 → 11-24 14:30
        in two hours and a half → 11-24 12:00
        """,
    "pt": """
        amanhã às 7h30 → 11-25 07:30
        amanhã às 19h30 → 11-25 19:30
        amanha as 7h30 → 11-25 07:30
        AMANHÃ ÀS 7H30 → 11-25 07:30
        hoje às 14h → 11-24 14:00
        hoje à noite às 9 → 11-24 21:00
        esta noite às 21h → 11-24 21:00
        depois de amanhã às 8 → 11-26 08:00
        amanhã de manhã às 8 → 11-25 08:00
        amanhã às 3 da tarde → 11-25 15:00
        às 8 da noite → 11-24 20:00
        às 8 e meia → 11-25 08:30
        às oito horas → 11-25 08:00
        ao meio-dia → 11-24 12:00
        à meia-noite → 11-25 00:00
        segunda às 8 → 11-30 08:00
        na segunda-feira às 8h30 → 11-30 08:30
        2.ª feira às 8h → 11-30 08:00
        na próxima segunda às 8 → 11-30 08:00
        segunda que vem às 8 → 11-30 08:00
        sex 14:30 → 11-27 14:30
        sábado 10h15 → 11-28 10:15
        12 de março às 8h → 2027-03-12 08:00
        dia 12 de março de 2027 às 14h30 → 2027-03-12 14:30
        1º de dezembro às 9h → 12-01 09:00
        03/04 às 10h → 2027-04-03 09:00
        03-04-2027 10:00 → 2027-04-03 09:00
        daqui a 2 horas → 11-24 11:30
        daqui a meia hora → 11-24 10:00
        dentro de 90 minutos → 11-24 11:00
        em 2h → 11-24 11:30
        daqui a uma semana → 12-01 09:30
        daqui a 1 hora e 30 minutos → 11-24 11:00
        dia 30 às 8h → 11-30 08:00
        segunda 30 às 8h → 11-30 08:00
        «amanhã às 8h» → 11-25 08:00
        segunda, dia 30, às 8h → 11-30 08:00
        à 1h → 11-25 01:00
        às 20 horas → 11-24 20:00
        8 horas da manhã → 11-25 08:00
        amanhã às 8 e 15 → 11-25 08:15
        às 15 e 30 → 11-24 15:30
        amanhã às oito e um quarto → 11-25 08:15
        às 8 e meia da noite → 11-24 20:30
        às oito menos dez → 11-25 07:50
        um quarto para as oito → 11-25 07:45
        ao meio-dia e meia → 11-24 12:30
        à meia-noite e meia → 11-25 00:30
        às vinte horas → 11-24 20:00
        às vinte e uma e trinta → 11-24 21:30
        amanhã às dezasseis → 11-25 16:00
        daqui a 2 horas e meia → 11-24 12:00
        daqui a 1 hora e um quarto → 11-24 10:45
        amanhã às 14,30 h → 11-25 14:30
        primeiro de dezembro às 9h → 12-01 09:00
        às 2 da madrugada → 11-25 02:00
        às 2 da noite → 11-25 02:00
        amanhã a partir das 8 → 11-25 08:00
        amanhã das 8h → 11-25 08:00
        daqui a uma hora e um quarto → 11-24 10:45
        às dezanove horas e quinze minutos → 11-24 19:15
        """,
    "es": """
        mañana a las 7:30 → 11-25 07:30
        manana a las 7.30 → 11-25 07:30
        mañana por la mañana a las 8 → 11-25 08:00
        mañana a las 8 de la mañana → 11-25 08:00
        mañana a las 8 de la tarde → 11-25 20:00
        pasado mañana a las 8 → 11-26 08:00
        hoy a las 14h → 11-24 14:00
        hoy a las 14:30 → 11-24 14:30
        esta noche a las 10 → 11-24 22:00
        a la una → 11-25 01:00
        a las ocho → 11-25 08:00
        a las 8 y media → 11-25 08:30
        al mediodía → 11-24 12:00
        a medianoche → 11-25 00:00
        el lunes a las 8 → 11-30 08:00
        lunes 8:00 → 11-30 08:00
        el próximo lunes a las 8 → 11-30 08:00
        el lunes que viene a las 8 → 11-30 08:00
        mié 14:30 → 11-25 14:30
        miercoles a las 14:30 → 11-25 14:30
        sábado a las 10 horas → 11-28 10:00
        12 de marzo a las 8 → 2027-03-12 08:00
        el 12 de marzo de 2027 a las 14:30 → 2027-03-12 14:30
        1 de diciembre a las 9:00 → 12-01 09:00
        03/04 a las 10:00 → 2027-04-03 09:00
        3.4.2027 10:00 → 2027-04-03 09:00
        en 2 horas → 11-24 11:30
        dentro de 90 minutos → 11-24 11:00
        dentro de media hora → 11-24 10:00
        dentro de una hora → 11-24 10:30
        dentro de 2 días → 11-26 09:30
        el día 30 a las 8 → 11-30 08:00
        el lunes 30 a las 8 → 11-30 08:00
        mañana a las 8 menos cuarto → 11-25 07:45
        a las 8 y cuarto → 11-25 08:15
        a las 8 y 10 → 11-25 08:10
        a las ocho y veinte de la tarde → 11-24 20:20
        a las 8 menos veinte de la tarde → 11-24 19:40
        a la una menos cuarto de la tarde → 11-24 12:45
        un cuarto para las ocho → 11-25 07:45
        a las veinte horas → 11-24 20:00
        a las veintidós treinta → 11-24 22:30
        al mediodía y media → 11-24 12:30
        dentro de 2 horas y media → 11-24 12:00
        mañana a las 14'30 horas → 11-25 14:30
        a las 14,30 h → 11-24 14:30
        el primero de diciembre a las 8 → 12-01 08:00
        a las 10 de la noche → 11-24 22:00
        a las 2 de la noche → 11-25 02:00
        mañana desde las 8 → 11-25 08:00
        """,
    "fr": """
        demain à 7h30 → 11-25 07:30
        demain a 7 h 30 → 11-25 07:30
        demain matin à 8h → 11-25 08:00
        demain à 8 heures → 11-25 08:00
        demain à 8 → 11-25 08:00
        après-demain à 8 heures 30 → 11-26 08:30
        apres demain a 14h → 11-26 14:00
        aujourd'hui à 20h → 11-24 20:00
        aujourd’hui à 14h30 → 11-24 14:30
        ce soir à 8h → 11-24 20:00
        cet après-midi à 3h → 11-24 15:00
        à 8h du soir → 11-24 20:00
        à 8 heures et demie → 11-25 08:30
        à huit heures → 11-25 08:00
        à midi → 11-24 12:00
        à minuit → 11-25 00:00
        lundi à 8h → 11-30 08:00
        lundi prochain à 8h → 11-30 08:00
        mer 14:30 → 11-25 14:30
        samedi 10h15 → 11-28 10:15
        le 12 mars à 14h → 2027-03-12 14:00
        12 mars 2027 à 14h30 → 2027-03-12 14:30
        le 1er décembre à 9h → 12-01 09:00
        12 août 10h → 2027-08-12 09:00
        03/04 à 10h → 2027-04-03 09:00
        dans 2 heures → 11-24 11:30
        dans une demi-heure → 11-24 10:00
        dans 90 minutes → 11-24 11:00
        dans 1h30 → 11-24 11:00
        dans 2 jours → 11-26 09:30
        le 30 à 8h → 11-30 08:00
        lundi 30 à 8h → 11-30 08:00
        à 20 heures → 11-24 20:00
        demain à 8 heures et quart → 11-25 08:15
        demain à 8 heures moins le quart → 11-25 07:45
        à huit heures moins dix → 11-25 07:50
        à vingt heures → 11-24 20:00
        à vingt et une heures trente → 11-24 21:30
        à vingt heures quinze → 11-24 20:15
        à midi et demi → 11-24 12:30
        dans 1 heure 30 → 11-24 11:00
        dans 2 heures et demie → 11-24 12:00
        1er décembre à 9h → 12-01 09:00
        le premier décembre à 9h → 12-01 09:00
        à 2 heures de la nuit → 11-25 02:00
        demain à partir de 8h → 11-25 08:00
        """,
    "de": """
        Montag 8 Uhr → 11-30 08:00
        am Montag um 8 → 11-30 08:00
        am kommenden Montag um 8 Uhr → 11-30 08:00
        nächsten Montag 8:00 → 11-30 08:00
        naechsten Montag 8:00 → 11-30 08:00
        Mi 14:30 → 11-25 14:30
        morgen um 7:30 → 11-25 07:30
        morgen um 7.30 Uhr → 11-25 07:30
        morgen früh um 8 Uhr → 11-25 08:00
        morgen Abend um 8 → 11-25 20:00
        übermorgen um 14 Uhr 30 → 11-26 14:30
        uebermorgen 14:30 → 11-26 14:30
        heute um 14 Uhr → 11-24 14:00
        heute Abend um 8 → 11-24 20:00
        heute Nachmittag um 3 → 11-24 15:00
        um acht Uhr → 11-25 08:00
        um halb acht → 11-25 07:30
        halb 8 → 11-25 07:30
        8 Uhr morgens → 11-25 08:00
        um 12 Uhr mittags → 11-24 12:00
        Mittag → 11-24 12:00
        um Mitternacht → 11-25 00:00
        am 12. März um 8 Uhr → 2027-03-12 08:00
        12. Maerz 2027 14:30 → 2027-03-12 14:30
        12.3. um 14.30 Uhr → 2027-03-12 14:30
        3.4.2027 10:00 → 2027-04-03 09:00
        1. Dezember 9 Uhr → 12-01 09:00
        in 2 Stunden → 11-24 11:30
        in einer Stunde → 11-24 10:30
        in einer halben Stunde → 11-24 10:00
        in 90 Minuten → 11-24 11:00
        in 2 Tagen → 11-26 09:30
        am 30. um 8 Uhr → 11-30 08:00
        Viertel nach acht → 11-25 08:15
        um Viertel vor acht → 11-25 07:45
        um dreiviertel acht → 11-25 07:45
        zehn nach acht → 11-25 08:10
        morgen um fünf vor halb neun → 11-25 08:25
        um halb neun → 11-25 08:30
        um zwanzig Uhr → 11-24 20:00
        um einundzwanzig Uhr dreißig → 11-24 21:30
        14,30 Uhr → 11-24 14:30
        morgen um 14.30 Uhr → 11-25 14:30
        am ersten Dezember um 8 Uhr → 12-01 08:00
        2 Uhr nachts → 11-25 02:00
        um 10 Uhr nachts → 11-24 22:00
        heute Nacht um 2 → 11-25 02:00
        ab 14:30 Uhr → 11-24 14:30
        morgen ab 8 Uhr → 11-25 08:00
        Montagabend um 8 → 11-30 20:00
        Freitagfrüh 6 Uhr → 11-27 06:00
        am Montagnachmittag um 3 → 11-30 15:00
        """,
    "it": """
        domani alle 8 → 11-25 08:00
        domani alle 7:30 → 11-25 07:30
        domani alle ore 7.30 → 11-25 07:30
        domani mattina alle 8 → 11-25 08:00
        domani sera alle 8 → 11-25 20:00
        dopodomani alle 14:30 → 11-26 14:30
        oggi alle 14 → 11-24 14:00
        oggi pomeriggio alle 3 → 11-24 15:00
        stasera alle 8 → 11-24 20:00
        stasera alle otto → 11-24 20:00
        all'una → 11-25 01:00
        alle otto → 11-25 08:00
        alle 8 e mezza → 11-25 08:30
        alle 8 di sera → 11-24 20:00
        a mezzogiorno → 11-24 12:00
        a mezzanotte → 11-25 00:00
        lunedì alle 8 → 11-30 08:00
        lunedi ore 8 → 11-30 08:00
        lunedì prossimo alle 8 → 11-30 08:00
        il prossimo lunedì alle 8 → 11-30 08:00
        mer 14:30 → 11-25 14:30
        sabato alle 10.15 → 11-28 10:15
        12 marzo alle 14 → 2027-03-12 14:00
        il 12 marzo 2027 alle 14:30 → 2027-03-12 14:30
        1º dicembre alle 9 → 12-01 09:00
        03/04 alle 10 → 2027-04-03 09:00
        tra 2 ore → 11-24 11:30
        fra un'ora → 11-24 10:30
        tra mezz'ora → 11-24 10:00
        tra 90 minuti → 11-24 11:00
        tra 2 giorni → 11-26 09:30
        il 30 alle 8 → 11-30 08:00
        alle ore 8 e un quarto → 11-25 08:15
        alle 8 meno un quarto → 11-25 07:45
        alle otto e venti → 11-25 08:20
        alle 8 e 15 → 11-25 08:15
        alle ore venti → 11-24 20:00
        alle ventuno e trenta → 11-24 21:30
        a mezzogiorno e mezzo → 11-24 12:30
        tra 2 ore e mezza → 11-24 12:00
        1° dicembre alle 9 → 12-01 09:00
        il 1° dicembre 2026 alle 9 → 12-01 09:00
        il primo dicembre alle 9 → 12-01 09:00
        ore 14,30 in punto → 11-24 14:30
        alle 2 di notte → 11-25 02:00
        alle 11 di notte → 11-24 23:00
        domani dalle 8 → 11-25 08:00
        domani alle ore 20,30 → 11-25 20:30
        """,
    "pl": """
        w poniedziałek o 8 → 11-30 08:00
        w poniedzialek o 8 → 11-30 08:00
        poniedziałek 8:00 → 11-30 08:00
        w następny poniedziałek o 8 → 11-30 08:00
        w środę o 14:30 → 11-25 14:30
        śr 14:30 → 11-25 14:30
        w sobotę o godz. 10.15 → 11-28 10:15
        we wtorek o 8 → 12-01 08:00
        jutro o 7:30 → 11-25 07:30
        jutro o 7.30 → 11-25 07:30
        jutro rano o 8 → 11-25 08:00
        jutro o ósmej → 11-25 08:00
        jutro o osmej wieczorem → 11-25 20:00
        pojutrze o godzinie 14:30 → 11-26 14:30
        dziś o 20.00 → 11-24 20:00
        dzisiaj o 14 → 11-24 14:00
        dziś wieczorem o 8 → 11-24 20:00
        o 3 po południu → 11-24 15:00
        o wpół do ósmej → 11-25 07:30
        w południe → 11-24 12:00
        o północy → 11-25 00:00
        12 marca o 8 → 2027-03-12 08:00
        12 marca 2027 r. o 14:30 → 2027-03-12 14:30
        dnia 1 grudnia o 9:00 → 12-01 09:00
        3.04.2027 10:00 → 2027-04-03 09:00
        za 2 godziny → 11-24 11:30
        za godzinę → 11-24 10:30
        za pół godziny → 11-24 10:00
        za 90 minut → 11-24 11:00
        za tydzień → 12-01 09:30
        za 2 dni → 11-26 09:30
        o 20-ej → 11-24 20:00
        kwadrans po ósmej → 11-25 08:15
        za kwadrans ósma → 11-25 07:45
        jutro za pięć wpół do ósmej → 11-25 07:25
        o ósmej trzydzieści → 11-25 08:30
        o dwudziestej → 11-24 20:00
        o dwudziestej pierwszej piętnaście → 11-24 21:15
        26.11.2026 r. godz. 14:30 → 11-26 14:30
        26.11.2026r. o 14:30 → 11-26 14:30
        26 listopada 2026 roku o 14:30 → 11-26 14:30
        26.11.2026 rok godz. 14.30 → 11-26 14:30
        o 2 w nocy → 11-25 02:00
        od 14:30 → 11-24 14:30
        jutro od ósmej → 11-25 08:00
        za dwie godziny i trzydzieści minut → 11-24 12:00
        """,
    "ro": """
        luni la 8 → 11-30 08:00
        luni la ora 8:00 → 11-30 08:00
        marțea la 8 → 12-01 08:00
        marti la 8 → 12-01 08:00
        lunea viitoare la 8 → 11-30 08:00
        mie 14:30 → 11-25 14:30
        miercuri la 14.30 → 11-25 14:30
        sâmbătă la 10:15 → 11-28 10:15
        sambata la 10:15 → 11-28 10:15
        mâine la 7:30 → 11-25 07:30
        maine la ora 7:30 → 11-25 07:30
        mâine dimineață la 8 → 11-25 08:00
        mâine seară la 8 → 11-25 20:00
        poimâine la 14:30 → 11-26 14:30
        azi la 14 → 11-24 14:00
        astăzi la ora 14:30 → 11-24 14:30
        diseară la 8 → 11-24 20:00
        la ora opt → 11-25 08:00
        la 8 și jumătate → 11-25 08:30
        la prânz → 11-24 12:00
        la miezul nopții → 11-25 00:00
        12 martie la 8 → 2027-03-12 08:00
        pe 12 martie 2027 la 14:30 → 2027-03-12 14:30
        1 decembrie ora 9 → 12-01 09:00
        03.04.2027 10:00 → 2027-04-03 09:00
        peste 2 ore → 11-24 11:30
        peste o oră → 11-24 10:30
        peste jumătate de oră → 11-24 10:00
        în 90 de minute → 11-24 11:00
        peste 2 zile → 11-26 09:30
        la 8 și un sfert → 11-25 08:15
        la opt fără un sfert → 11-25 07:45
        la ora opt și zece → 11-25 08:10
        ora douăzeci → 11-24 20:00
        la ora douăzeci și unu și treizeci → 11-24 21:30
        peste 2 ore și jumătate → 11-24 12:00
        întâi decembrie la ora 9 → 12-01 09:00
        la 2 noaptea → 11-25 02:00
        mâine de la ora 8 → 11-25 08:00
        """,
    "el": """
        τη Δευτέρα στις 8 → 11-30 08:00
        τη δευτερα στις 8 → 11-30 08:00
        ΤΗ ΔΕΥΤΕΡΑ ΣΤΙΣ 8 → 11-30 08:00
        την επόμενη Δευτέρα στις 8 → 11-30 08:00
        την Τετάρτη στις 14:30 → 11-25 14:30
        Τετ 14:30 → 11-25 14:30
        το Σάββατο στις 10.15 → 11-28 10:15
        αύριο στις 7:30 → 11-25 07:30
        αυριο στις 7:30 π.μ. → 11-25 07:30
        αύριο στις 7:30 μ.μ. → 11-25 19:30
        αύριο το πρωί στις 8 → 11-25 08:00
        αύριο το βράδυ στις 8 → 11-25 20:00
        μεθαύριο στις 14:30 → 11-26 14:30
        σήμερα στις 14:30 → 11-24 14:30
        απόψε στις 8 → 11-24 20:00
        στις 3 το απόγευμα → 11-24 15:00
        στις οκτώ → 11-25 08:00
        στις 8 και μισή → 11-25 08:30
        το μεσημέρι → 11-24 12:00
        τα μεσάνυχτα → 11-25 00:00
        12 Μαρτίου στις 8 → 2027-03-12 08:00
        στις 12 Μαρτίου 2027 στις 14:30 → 2027-03-12 14:30
        1 Δεκεμβρίου στις 9 → 12-01 09:00
        1η Δεκεμβρίου στις 9 π.μ. → 12-01 09:00
        3/4/2027 10:00 → 2027-04-03 09:00
        σε 2 ώρες → 11-24 11:30
        σε μία ώρα → 11-24 10:30
        σε μισή ώρα → 11-24 10:00
        σε 90 λεπτά → 11-24 11:00
        μετά από 2 μέρες → 11-26 09:30
        στη μία → 11-25 01:00
        στις 8 και τέταρτο → 11-25 08:15
        στις οκτώ παρά τέταρτο → 11-25 07:45
        στις 8 και 20 → 11-25 08:20
        στις είκοσι → 11-24 20:00
        στις είκοσι μία και τριάντα → 11-24 21:30
        σε 2 ώρες και μισή → 11-24 12:00
        πρώτη Δεκεμβρίου στις 9 → 12-01 09:00
        στις 2 τη νύχτα → 11-25 02:00
        αύριο από τις 8 → 11-25 08:00
        """,
    "uk": """
        у понеділок о 8 → 11-30 08:00
        в понеділок о 8:00 → 11-30 08:00
        у наступний понеділок о 8 → 11-30 08:00
        у середу о 14:30 → 11-25 14:30
        ср 14:30 → 11-25 14:30
        у п'ятницю о 10.15 → 11-27 10:15
        у п’ятницю о 10:15 → 11-27 10:15
        в суботу о 10:15 → 11-28 10:15
        завтра о 7:30 → 11-25 07:30
        завтра вранці о 8 → 11-25 08:00
        завтра о 8 вечора → 11-25 20:00
        завтра о восьмій → 11-25 08:00
        післязавтра о 14:30 → 11-26 14:30
        сьогодні о 14 годині → 11-24 14:00
        сьогодні о 14:30 → 11-24 14:30
        сьогодні ввечері о 8 → 11-24 20:00
        о 3 годині дня → 11-24 15:00
        о пів на восьму → 11-25 07:30
        опівдні → 11-24 12:00
        опівночі → 11-25 00:00
        об 11 → 11-24 11:00
        12 березня о 8 → 2027-03-12 08:00
        12 березня 2027 року о 14:30 → 2027-03-12 14:30
        12-го березня о 8-й годині → 2027-03-12 08:00
        1 грудня о 9:00 → 12-01 09:00
        03.04.2027 10:00 → 2027-04-03 09:00
        через 2 години → 11-24 11:30
        через годину → 11-24 10:30
        через пів години → 11-24 10:00
        за 90 хвилин → 11-24 11:00
        через 2 дні → 11-26 09:30
        за чверть восьма → 11-25 07:45
        чверть на восьму → 11-25 07:15
        завтра о чверть по восьмій → 11-25 08:15
        десять хвилин на восьму → 11-25 07:10
        о восьмій тридцять → 11-25 08:30
        о чотирнадцятій → 11-24 14:00
        о двадцять першій тридцять → 11-24 21:30
        26.11.2026 р. о 14:30 → 11-26 14:30
        26.11.2026 року о 14:30 → 11-26 14:30
        26 листопада 2026 р. о 14:30 → 11-26 14:30
        першого грудня о 9:00 → 12-01 09:00
        о 2 годині ночі → 11-25 02:00
        о 2 ночі → 11-25 02:00
        завтра з 8:00 → 11-25 08:00
        о восьмій годині тридцять хвилин → 11-25 08:30
        """,
    "tr": """
        pazartesi saat 8 → 11-30 08:00
        pazartesi günü saat 8'de → 11-30 08:00
        PAZARTESİ GÜNÜ SAAT 8'DE → 11-30 08:00
        gelecek pazartesi saat 8 → 11-30 08:00
        önümüzdeki pazartesi 8:00 → 11-30 08:00
        Çarşamba 14:30 → 11-25 14:30
        carsamba gunu 14.30'da → 11-25 14:30
        Cmt 10:15 → 11-28 10:15
        yarın saat 7:30 → 11-25 07:30
        yarin saat 7.30'da → 11-25 07:30
        yarın sabah 8'de → 11-25 08:00
        yarın akşam saat 8'de → 11-25 20:00
        öbür gün saat 14:30 → 11-26 14:30
        bugün saat 14:30 → 11-24 14:30
        bugün 14'te → 11-24 14:00
        bu akşam 8'de → 11-24 20:00
        öğleden sonra 3'te → 11-24 15:00
        saat sekizde → 11-25 08:00
        saat sekiz buçukta → 11-25 08:30
        saat 8 buçuk → 11-25 08:30
        öğlen → 11-24 12:00
        gece yarısı → 11-25 00:00
        12 Mart saat 8'de → 2027-03-12 08:00
        12 Mart 2027 saat 14:30 → 2027-03-12 14:30
        1 Aralık 9:00 → 12-01 09:00
        3.4.2027 10:00 → 2027-04-03 09:00
        2 saat sonra → 11-24 11:30
        bir saat sonra → 11-24 10:30
        yarım saat sonra → 11-24 10:00
        90 dakika sonra → 11-24 11:00
        2 gün sonra → 11-26 09:30
        saat yirmide → 11-24 20:00
        saat yirmi iki otuz → 11-24 22:30
        saat on beşte → 11-24 15:00
        saat 8'i çeyrek geçe → 11-25 08:15
        saat 8'e çeyrek kala → 11-25 07:45
        saat sekiz otuz → 11-25 08:30
        gece 2'de → 11-25 02:00
        yarın 8'den itibaren → 11-25 08:00
        yarın saat sekizi çeyrek geçe → 11-25 08:15
        yarın sekize on kala → 11-25 07:50
        saat 20'yi 10 geçe → 11-24 20:10
        saat on beş → 11-24 15:00
        """,
    "ar": """
        يوم الاثنين الساعة 8 → 11-30 08:00
        الإثنين الساعة 8 → 11-30 08:00
        يوم الاثنين القادم الساعة 8 → 11-30 08:00
        يوم الأربعاء الساعة 14:30 → 11-25 14:30
        الاربعاء الساعة ١٤:٣٠ → 11-25 14:30
        يوم السبت الساعة 10:15 → 11-28 10:15
        غدا الساعة 7:30 → 11-25 07:30
        غدًا الساعة ٧:٣٠ صباحًا → 11-25 07:30
        غدا الساعة 7:30 ص → 11-25 07:30
        غدا الساعة 7:30 م → 11-25 19:30
        غدا في الساعة 8 مساءً → 11-25 20:00
        بعد غد الساعة 14:30 → 11-26 14:30
        اليوم الساعة 14:30 → 11-24 14:30
        الليلة الساعة 8 → 11-24 20:00
        الساعة 3 بعد الظهر → 11-24 15:00
        الساعة الثامنة → 11-25 08:00
        الساعة الثامنة والنصف → 11-25 08:30
        الساعة 8 مساء → 11-24 20:00
        منتصف الليل → 11-25 00:00
        غدا الظهر → 11-25 12:00
        12 مارس الساعة 8 → 2027-03-12 08:00
        12 آذار الساعة 8 → 2027-03-12 08:00
        ١٢ مارس ٢٠٢٧ الساعة ١٤:٣٠ → 2027-03-12 14:30
        1 كانون الأول الساعة 9:00 → 12-01 09:00
        1 ديسمبر الساعة 9:00 → 12-01 09:00
        3 نيسان 10:00 → 2027-04-03 09:00
        3/4/2027 10:00 → 2027-04-03 09:00
        بعد ساعتين → 11-24 11:30
        بعد ساعة → 11-24 10:30
        بعد نصف ساعة → 11-24 10:00
        بعد 90 دقيقة → 11-24 11:00
        بعد يومين → 11-26 09:30
        الساعة الثامنة والربع → 11-25 08:15
        الساعة الثامنة إلا ربعا → 11-25 07:45
        الساعة 8 إلا ثلث → 11-25 07:40
        الساعة الثامنة وعشر دقائق → 11-25 08:10
        الساعة الرابعة عشرة → 11-24 14:00
        الساعة العشرين → 11-24 20:00
        الأول من ديسمبر الساعة 9:00 → 12-01 09:00
        الساعة 2 ليلا → 11-25 02:00
        غدا من الساعة 8 → 11-25 08:00
        الساعة 8 و 15 دقيقة → 11-25 08:15
        """,
}
