"""What the columns of the inputs are called in exports: headers in the words of `columns.words_of`, the likeliest first."""

from __future__ import annotations

import re

_PERSON = "contact id, contact, associated contact ids, contact name id, kontaktname id, associated contact, primary contact id, customer id, customer, lead id, user id, person id, client id, requester id, who id, name id, kontakt id, kontakt nr, kontakt, kunden id, kundennummer, kunden nr, kunde, participant id, subscriber id, contact email, email, e mail, customer email, contact phone, phone number, phone, mobile, customer number, telefon, rufnummer, id cliente, cliente id, cliente, id contacto, contacto, id client, client, nom du contact id, klant id, klant nr, klant, téléphone, teléfono, telefoonnummer, numéro de téléphone, número de teléfono, numéro, número, correo electrónico, correo"
NAMES: dict[str, dict[str, str]] = {
    "messages": {
        "message_id": "message id, message sid, msg id, sms id, call id, call sid, call uuid, sid, uuid, comment id, part id, conversation part id, message part id, nachricht id, nachrichten id, nachrichten nr, nachricht nr, event id, activity id, engagement id, log id, row id, record id, uniqueid, id, nr, id message, id mensaje, identifiant, numéro, número",
        "contact_id": _PERSON + ", author id",
        "channel": "channel, message channel, conversation channel, kanal, medium, via, via channel, source channel, channel type, activity type, type, typ, kind, canal, canale, kanaal",
        "direction": "direction, message direction, call direction, richtung, in out, inbound outbound, way, author type, from type, sender type, sent by, sender, role, type, kind, call type, sens, dirección, direzione, richting",
        "sent_at": "sent at, date sent, sent date, sent on, sent, gesendet am, gesendet, occurred at, message date, message time, msg date, msg time, message sent at, activity date, call start time, call time, start time, started at, datetime, date time, timestamp, created at, created time, created date, created on, created, date created, erstellt am, zeitpunkt, datum, datum uhrzeit, time, date, when, when sent, start, date d envoi, envoyé le, date et heure, fecha de envío, fecha y hora, fecha, inviato il, data e ora, data, verzonden op, datum en tijd, calldate",
        "thread_id": "thread id, conversation id, ticket id, session id, conversation, vorgang",
        "rep_id": "rep id, rep, agent id, agent, admin id, teammate id, user id, user, user name, owner id, owner, assigned to, assignee, assignee id, mitarbeiter, benutzer, extension, teammate, agent name, author, author name, verfasser, bearbeiter, sachbearbeiter, betreuer, berater, gesendet von, geschrieben von, sent by, sent by user, created by, sender name, handled by, answered by, representative, sales rep, employee, utilisateur, conseiller, usuario, agente, comercial, vendedor, operatore, medewerker",
        "status": "status, message status, delivery status, call status, action result, call result, result, ergebnis, call outcome, call disposition, statut, estado, stato, disposition",
        "talk_seconds": "talk seconds, talk time, duration, call duration, duration seconds, duration in call, in call duration, billable seconds, billsec, dauer, length, seconds, durée, duración, durata, duur",
        "campaign_id": "campaign id, campaign",
        "body": "body, message body, text, message text, message, email body, content, comment, nachricht, inhalt, notes, extract, snippet, preview, texte, texto, testo, tekst, mensaje, messaggio, bericht, contenu, contenido",
        "cost": "cost, price, kosten, preis",
    },
    "contacts": {
        "contact_id": "contact id, record id, datensatz id, customer id, lead id, person id, user id, kontakt id, kontakt nr, kunden id, kundennummer, kunden nr, subscriber id, id, nr, email, phone, id d enregistrement, identifiant, id cliente, cliente id, id contacto, id client, klant id, klant nr, numéro, número",
        "account_id": "account id, company id, associated company id, associated company ids, primary company id, organization id, firma id, account name, company name, company, account, organization, firma",
        "persona": "persona, buying role, job function, job title, title, position, role, rolle",
        "industry": "industry, branche, secteur, sector, settore",
        "source": "source, lead source, original source, original traffic source, utm source, quelle, herkunft, origine, origen, fuente, bron",
        "territory": "territory, sales region, region, country, country region, state, land, state region, pays, país, région, región, paese",
        "created_at": "created at, create date, created date, date created, created on, created, date added, signed up, signup date, erstellt am, angelegt am, angelegt, erstelldatum, erstellungszeit, created time, date de création, heure de création, créé le, fecha de creación, fecha de alta, creado el, data di creazione, creato il, aangemaakt op",
    },
    "deals": {
        "deal_id": "deal id, opportunity id, deal number, record id, datensatz id, geschäfts id, order id, auftrag nr, auftragsnummer, angebot nr, angebotsnummer, deal nr, id, nr, deal, sale id, order number, quote id, invoice id, id d enregistrement, identifiant, id affaire, id oportunidad, numéro, número",
        "contact_id": _PERSON,
        "account_id": "account id, company id, associated company id, associated company ids, account name id, account name, company name, company, account, organization, firma",
        "owner_id": "owner id, deal owner, opportunity owner, owner, sales rep, rep, rep id, verantwortlich, verantwortlicher, besitzer, geschäftsinhaber, propriétaire, propietario, responsable, proprietario, eigenaar",
        "currency": "currency, deal currency, deal currency code, currency code, currency iso code, amount currency, value currency, opportunity currency, currency of value, currency of deal value, währung, devise, monnaie, moneda, divisa, valuta, moeda",
        "amount": "amount, deal amount, deal value, value, amount in company currency, deal value in base currency, amount in base currency, total, revenue, price, betrag, wert, umsatz, summe, volumen, size, value amount, montant, importe, monto, valor, importo, bedrag",
        "created_at": "created at, create date, created date, date created, created on, created, opened, open date, deal created, erstellt am, angelegt am, angelegt, erstelldatum, erstellungszeit, created time, date de création, heure de création, créé le, fecha de creación, fecha de alta, creado el, data di creazione, creato il, aangemaakt op",
    },
    "deal_stages": {
        "deal_id": "deal id, opportunity id, record id, deal number, order id, auftrag nr, deal, id",
        "stage": "stage, deal stage, to stage, new stage, new value, stage name, phase, status, pipeline stage, value, étape, etapa, fase",
        "entered_at": "entered at, entered, date entered, changed at, changed, changed on, edit date, stage date, stage changed at, last modified, moved at, since, am, datum, date, timestamp, created at, created date",
    },
}
STAGE = "stage, deal stage, stage name, opportunity stage, phase, pipeline stage, deal status, status, stand, vertriebsphase, étape, etapa, fase, statut, estado, stato"
CLOSED_AT = "close date, closed date, closed at, closed on, close at, closed, won date, won at, abschlussdatum, abgeschlossen am, geschlossen am, abschluss am, date closed, closing date, date de clôture, clôturé le, fecha de cierre, cerrado el, data di chiusura, sluitingsdatum, gesloten op"
STAGE_CHANGED_AT = "stage changed at, last stage change date, stage entered at, date entered current stage, date of last stage change, stage date, last stage change, stage updated, stage updated at, stage changed, stage changed on, stage changed date, stage change date, date stage changed, stage since, in stage since, current stage since, stage entered, stage entered on, stage entry date, date entered stage, time in stage since, stand seit, phase seit, in phase seit"
FROM = "from, message from, from number, caller, caller id, from phone, sender number, von, call from, source number, from address, sender, sender address, absender, expéditeur, remitente, mittente, afzender, src"
TO = "to, message to, to number, callee, called, to phone, recipient, recipient number, an, call to, destination, destination number, to address, receiver, receiver address, empfänger, destinataire, destinatario, ontvanger, dst"
SENDER_TYPE = "sender type, author type, from type, sender role, author role, sender kind, absendertyp, absenderart, sent by, sender, absender, role"
SOURCE = "source, ticket source, source type, origin, quelle, herkunft, origine, origen, fuente, bron"
DAY, CLOCK = (
    "date, call date, datum, day, start date, fecha, data",
    "time, call time, uhrzeit, zeit, start time, heure, hora, ora, tijd",
)
OBJECT = "object, object type, record type, type, kind, entity, table, sobject type, activity type"

# Words of a file's name → input.
FILE_WORDS = {
    "messages": r"\b(messages?|msgs?|sms|mms|texts?|calls?|call ?logs?|cdrs?|dial|emails?|chats?|conversations?|comments?|tickets?|twilio|ring ?central|aircall|intercom|zendesk|whatsapp|nachrichten|anrufe|mensajes|messaggi|berichten|appels|llamadas|activities|parts|inbox)\b",
    "contacts": r"\b(contacts?|leads?|people|persons?|customers?|users|clients|kontakte|kunden|clientes|contactos|clienti|contatti|klanten|subscribers|crm contacts)\b",
    "deals": r"\b(deals?|opportunit(y|ies)|opps?|orders?|sales|pipeline|auftr(ä|ae?)ge|angebote|verk(ä|ae?)ufe|abschl(ü|ue?)sse|affaires|opportunités|oportunidades|ventas|won deals)\b",
    "deal_stages": r"\b(stages?|stage history|history|phasen)\b",
}
OBJECT_WORDS = {
    "messages": r"message|sms|call|email|e mail|text|activity|task|engagement|communication",
    "contacts": r"contact|lead|person|customer|people",
    "deals": r"deal|opportunity|order",
}


def rank(words: str, names: str) -> float:
    """How well a header is one of these names: 1 for the first, a little less for each that follows; 0 for none."""
    each = names.split(", ")
    return 1.0 - 0.5 * each.index(words) / len(each) if words in each else 0.0


def spoken_of(words: str, pattern: str) -> bool:
    """Whether words name something."""
    return re.search(pattern, words) is not None
