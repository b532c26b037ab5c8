"""What is found over an office as a whole: gaps, rows without their other half, work that nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from central.offices.models import Office

from .findings import Finding

MOST = 20
"""How many of a kind are named."""

ALARM_TRIES = 3
"""An alarm that was claimed more often has met an error each time."""

_NUMBERS = """
SELECT year, last, taken, highest,
    ARRAY(SELECT n FROM generate_series(1, last) AS n EXCEPT
          SELECT register_seq FROM complaints_complaint WHERE register_year = year ORDER BY 1 LIMIT %(most)s)
FROM (
    SELECT coalesce(counter.year, complaint.year) AS year, coalesce(counter.last, 0) AS last,
        coalesce(complaint.taken, 0) AS taken, coalesce(complaint.highest, 0) AS highest
    FROM (SELECT year, last FROM complaints_numbercounter) AS counter
    FULL JOIN (SELECT register_year AS year, count(*) AS taken, max(register_seq) AS highest
               FROM complaints_complaint GROUP BY register_year) AS complaint USING (year)
) AS years
WHERE last <> taken OR last <> highest
ORDER BY year
"""

# Each gives the names of things that lack what they belong to; %(office)s, %(late)s, %(tries)s, %(most)s.
_ALONE = {
    "case index: a complaint that is not there": """
        SELECT number FROM coordination_caseindex AS entry WHERE office_id = %(office)s
        AND NOT EXISTS (SELECT FROM complaints_complaint AS c WHERE c.uid = entry.uid) LIMIT %(most)s""",
    "outbox: a message that is not there": """
        SELECT message_uid::text FROM delivery_outbox AS entry WHERE office_id = %(office)s
        AND NOT EXISTS (SELECT FROM complaints_message AS m WHERE m.uid = entry.message_uid)
        LIMIT %(most)s""",
    "alarm: a complaint that is not there": """
        SELECT key FROM coordination_alarm AS entry WHERE office_id = %(office)s AND kind = 'case'
        AND NOT EXISTS (SELECT FROM complaints_complaint AS c WHERE replace(c.uid::text, '-', '') = entry.key)
        LIMIT %(most)s""",
    "central desk: work that is not open at the office": """
        SELECT number FROM coordination_governmentwork AS entry
        WHERE office_id = %(office)s AND closed_at IS NULL AND kind <> 'follow_up' AND NOT EXISTS (
            SELECT FROM complaints_workitem AS w JOIN complaints_complaint AS c ON c.id = w.complaint_id
            WHERE c.uid = entry.uid AND w.line = entry.line AND w.stage = entry.stage AND w.closed_at IS NULL
        ) LIMIT %(most)s""",
    "central desk: a referral to look after that is none": """
        SELECT number FROM coordination_governmentwork AS entry
        WHERE office_id = %(office)s AND closed_at IS NULL AND kind = 'follow_up' AND NOT EXISTS (
            SELECT FROM complaints_complaint AS c WHERE c.uid = entry.uid AND c.stage = entry.stage
        ) LIMIT %(most)s""",
    "open work of the central desk that it does not know of": """
        SELECT c.number FROM complaints_workitem AS w JOIN complaints_complaint AS c ON c.id = w.complaint_id
        WHERE w.closed_at IS NULL AND w.scope = 'government' AND NOT EXISTS (
            SELECT FROM coordination_governmentwork AS entry WHERE entry.uid = c.uid
            AND entry.line = w.line AND entry.stage = w.stage AND entry.closed_at IS NULL
        ) LIMIT %(most)s""",
    "sending key: a complaint that is not there": """
        SELECT left(key_digest, 12) FROM complaints_intakekey AS entry WHERE uid IS NOT NULL
        AND NOT EXISTS (SELECT FROM complaints_complaint AS c WHERE c.uid = entry.uid) LIMIT %(most)s""",
    "sent form: a complaint that is not there": """
        SELECT uid::text FROM complaints_draft AS entry WHERE sent_uid IS NOT NULL
        AND NOT EXISTS (SELECT FROM complaints_complaint AS c WHERE c.uid = entry.sent_uid) LIMIT %(most)s""",
    "question to others that waits, and its complaint does not know of it": """
        SELECT q.number FROM complaints_coordination AS q JOIN complaints_complaint AS c
            ON c.id = q.complaint_id
        WHERE q.state = 'open' AND NOT coalesce(c.state #> '{memory,coordinations}', '[]')
            @> to_jsonb(q.seq::int) LIMIT %(most)s""",
    "question to others that a complaint waits for, and it is not open": """
        SELECT c.number FROM complaints_complaint AS c, jsonb_array_elements_text(
            coalesce(c.state #> '{memory,coordinations}', '[]')) AS n
        WHERE c.closed_at IS NULL AND NOT EXISTS (
            SELECT FROM complaints_coordination AS q
            WHERE q.complaint_id = c.id AND q.seq = n::int AND q.state = 'open'
        ) LIMIT %(most)s""",
    "alarm: a question that waits for nobody": """
        SELECT key FROM coordination_alarm AS entry WHERE office_id = %(office)s AND kind = 'coordination'
        AND NOT EXISTS (SELECT FROM complaints_coordination AS q
            WHERE replace(q.uid::text, '-', '') = entry.key AND q.state = 'open') LIMIT %(most)s""",
    "message that nobody has sent although it was due": """
        SELECT message_uid::text FROM delivery_outbox WHERE office_id = %(office)s AND state = 'pending'
        AND greatest(due_at, claimed_until) < %(late)s LIMIT %(most)s""",
    "alarm that nobody has answered although it was due": """
        SELECT kind || ' ' || key FROM coordination_alarm WHERE office_id = %(office)s
        AND greatest(due_at, claimed_until) < %(late)s LIMIT %(most)s""",
    "alarm that meets an error each time": """
        SELECT kind || ' ' || key FROM coordination_alarm
        WHERE office_id = %(office)s AND attempts > %(tries)s LIMIT %(most)s""",
}


def patience() -> timedelta:
    """After which what is due and nobody's is a fault: the sweep should have taken it up twice."""
    return timedelta(
        seconds=settings.SWEEP_GRACE_SECONDS + 2 * settings.SWEEP_SECONDS + settings.CLAIM_SECONDS
    )


def findings(office: Office, now: datetime) -> Iterator[Finding]:
    """In the office; one statement each."""
    values: dict[str, Any] = {
        "office": office.pk,
        "late": now - patience(),
        "tries": ALARM_TRIES,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, values)
        for year, last, taken, highest, missing in cursor.fetchall():
            gaps = f", missing {', '.join(map(str, missing))}" if missing else ""
            yield Finding(f"register {year}", f"{taken} numbers, highest {highest}, counter at {last}{gaps}")
        for about, statement in _ALONE.items():
            cursor.execute(statement, values)
            for (name,) in cursor.fetchall():
                yield Finding(about, name)
