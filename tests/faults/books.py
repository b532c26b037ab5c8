"""Audits an office from outside: what its users were told against the rows of its tables and the mail.

Nothing of the product is used: SQL as the superuser, and the files on the disk.
"""

from __future__ import annotations

import hashlib
import re
import select
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.faults.load import Journal
from tests.faults.town import Place, Town

MARK = re.compile(r"\(([0-9a-f]{32})\)")
DRAIN_SECONDS = 120


@dataclass
class Audit:
    """What was counted, and every sentence of it that is wrong."""

    wrong: list[str] = field(default_factory=list)
    complaints: int = 0
    acts: int = 0
    messages: int = 0
    copies: int = 0
    """Mails beyond the first of a message."""
    files: int = 0

    def check(self, right: bool, wrong: str) -> None:
        if not right:
            self.wrong.append(wrong)


def drain(town: Town, place: Place) -> list[Any]:
    """Waits until the outbox and the alarms that are due hold nothing of the office; gives what is left."""
    deadline = time.monotonic() + DRAIN_SECONDS
    with psycopg.connect(town.superuser_url, autocommit=True) as database:
        while True:
            left = database.execute(
                "SELECT message_uid::text, state, attempts, due_at, claimed_until, last_error "
                "FROM delivery_outbox WHERE office_id = %(id)s AND state <> 'sent' "
                "UNION ALL SELECT key, kind, attempts, due_at, claimed_until, '' "
                "FROM coordination_alarm WHERE office_id = %(id)s AND due_at < now()",
                {"id": place.id},
            ).fetchall()
            if not left or time.monotonic() > deadline:
                return left
            select.select([], [], [], 0.1)


def wake(town: Town, place: Place, most: int) -> int:
    """Has the alarms of some complaints go off at once, as if their time had come; gives their number."""
    with psycopg.connect(town.superuser_url, autocommit=True) as database:
        return database.execute(
            "UPDATE coordination_alarm SET due_at = now() WHERE id IN (SELECT id FROM coordination_alarm "
            "WHERE office_id = %s AND kind = 'case' ORDER BY id DESC LIMIT %s)",
            [place.id, most],
        ).rowcount


def audit(town: Town, place: Place, journal: Journal, mails: Counter[str]) -> Audit:
    """Everything at once, in one snapshot. `mails`: how often each message went out, by its uid."""
    found = Audit()
    with psycopg.connect(town.superuser_url, row_factory=psycopg.rows.namedtuple_row) as database:
        database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        database.execute(f'SET LOCAL search_path = "{place.schema}", public')
        _numbers(database, found)
        _receipts(database, journal, found)
        _index(database, place, found)
        _chains(database, found)
        _acts(database, journal, found)
        _messages(database, place, found, mails)
        _files(database, town, place, journal, found)
    return found


def _numbers(database: Any, found: Audit) -> None:
    """One after the other from 1, as the counter says; no tracking code twice."""
    rows = database.execute(
        "SELECT register_year, register_seq, number, tracking_code FROM complaints_complaint"
    ).fetchall()
    taken = [(row.register_year, row.register_seq) for row in rows]
    found.complaints = len(rows)
    for counter in database.execute("SELECT year, last FROM complaints_numbercounter").fetchall():
        given = sorted(seq for year, seq in taken if year == counter.year)
        found.check(given == list(range(1, counter.last + 1)), f"numbers of {counter.year}: {given}")
    for name, values in (("number", [r.number for r in rows]), ("code", [r.tracking_code for r in rows])):
        found.check(len(set(values)) == len(values), f"a {name} was given twice")


def _receipts(database: Any, journal: Journal, found: Audit) -> None:
    """Every report that got a number is there once, and none that nobody was told of."""
    rows = database.execute("SELECT number, tracking_code, description FROM complaints_complaint").fetchall()
    marks = Counter(mark[1] for row in rows if (mark := MARK.search(row.description)))
    told = {(entry.number, entry.code, entry.mark) for entry in journal.filed}
    held = {(row.number, row.tracking_code, MARK.search(row.description)[1]) for row in rows}
    found.check(len(told) == len(journal.filed), "two reports were told the same number")
    for entry in sorted(told - held):
        found.wrong.append(f"lost: {entry}")
    for entry in sorted(held - told):
        found.wrong.append(f"nobody was told of: {entry}")
    for mark, count in marks.items():
        found.check(count == 1, f"report {mark} is there {count} times")


def _index(database: Any, place: Place, found: Audit) -> None:
    rows = database.execute(
        "SELECT coalesce(c.uid, i.uid) AS uid FROM complaints_complaint c FULL JOIN "
        "(SELECT * FROM public.coordination_caseindex WHERE office_id = %s) i ON i.uid = c.uid "
        "WHERE (c.number, c.status, c.stage, c.received_at) "
        "IS DISTINCT FROM (i.number, i.status, i.stage, i.received_at) "
        "OR (c.due_at, c.promised_due_at, c.closed_at) "
        "IS DISTINCT FROM (i.due_at, i.promised_due_at, i.closed_at) "
        "OR i.tracking_digest IS DISTINCT FROM "
        "encode(sha256(convert_to('tanggap tracking code ' || c.tracking_code, 'UTF8')), 'hex')",
        [place.id],
    ).fetchall()
    found.wrong += [f"index and complaint {row.uid} differ" for row in rows]


def _chains(database: Any, found: Audit) -> None:
    """As many events as steps, each tied to the one before, the newest to the complaint; work where open."""
    rows = database.execute(
        "SELECT c.number, c.version, c.chain, c.closed_at, "
        "(SELECT count(*) FROM complaints_workitem w "
        "WHERE w.complaint_id = c.id AND w.closed_at IS NULL) AS work, "
        "array_agg(e.seq ORDER BY e.seq) AS seqs, array_agg(e.digest ORDER BY e.seq) AS digests, "
        "array_agg(e.previous ORDER BY e.seq) AS previous "
        "FROM complaints_complaint c LEFT JOIN complaints_event e ON e.complaint_id = c.id GROUP BY c.id"
    ).fetchall()
    for row in rows:
        found.check(row.seqs == list(range(1, row.version + 1)), f"{row.number}: events {row.seqs}")
        found.check(["", *row.digests] == [*row.previous, row.chain], f"{row.number}: the chain is broken")
        found.check(row.closed_at is not None or row.work > 0, f"{row.number}: open, and nobody's work")


def _acts(database: Any, journal: Journal, found: Audit) -> None:
    """What clerks were told is there; what they are not sure of, once or not at all; nothing else."""
    rows = database.execute(
        "SELECT c.uid, e.seq, e.action FROM complaints_event e "
        "JOIN complaints_complaint c ON c.id = e.complaint_id WHERE e.actor_kind = 'member'"
    ).fetchall()
    held = {(row.uid.hex, row.seq, row.action) for row in rows}
    found.acts = len(held)
    sure = {(act.slug, act.version + 1, act.action) for act in journal.acts if act.sure}
    unsure = {(act.slug, act.version + 1, act.action) for act in journal.acts if not act.sure}
    found.check(len(sure) == sum(act.sure for act in journal.acts), "one step was answered twice with yes")
    found.wrong += [f"lost step: {act}" for act in sorted(sure - held)]
    found.wrong += [f"step that nobody took: {act}" for act in sorted(held - sure - unsure)]


def _messages(database: Any, place: Place, found: Audit, mails: Counter[str]) -> None:
    """Each report's confirmation is there once; each message has one row in the outbox, and went out at least
    once, and not more often than was tried.
    """
    rows = database.execute(
        "SELECT m.uid::text, o.message_uid::text AS sent, o.state, o.attempts FROM "
        "(SELECT * FROM complaints_message WHERE channel = 'email') m FULL JOIN "
        "(SELECT * FROM public.delivery_outbox WHERE office_id = %s) o ON o.message_uid = m.uid",
        [place.id],
    ).fetchall()
    found.messages = len(rows)
    for row in rows:
        found.check(row.uid == row.sent, f"message {row.uid} and outbox {row.sent} have no other half")
        copies = mails[row.uid]
        found.check(row.state == "sent" and copies >= 1, f"message {row.uid}: {row.state}, {copies} mails")
        found.check(copies <= (row.attempts or 0), f"message {row.uid}: {row.attempts} tries, {copies} mails")
        found.copies += max(0, copies - 1)
    silent = database.execute(
        "SELECT c.number, count(m.id) AS told FROM complaints_complaint c "
        "JOIN complaints_event e ON e.complaint_id = c.id AND e.seq = 1 "
        "LEFT JOIN complaints_message m ON m.event_id = e.id AND m.to_reporter AND m.channel = 'email' "
        "GROUP BY c.id HAVING count(m.id) <> 1"
    ).fetchall()
    found.wrong += [f"{row.number}: its reporter is told {row.told} times that it came in" for row in silent]


def _files(database: Any, town: Town, place: Place, journal: Journal, found: Audit) -> None:
    """Every file that was sent with an answered report or step is there, and is what it was."""
    store = town.var / "files" / place.schema
    digests = {row.digest for row in database.execute("SELECT DISTINCT digest FROM complaints_attachment")}
    sent = {entry.picture for entry in journal.filed if entry.picture}
    sent |= {act.picture for act in journal.acts if act.picture and act.sure}
    found.files = len(digests)
    found.wrong += [f"file {digest} is not there" for digest in sorted(sent - digests)]
    there = {path.name: path for path in store.glob("[0-9a-f][0-9a-f]/[0-9a-f]*") if "." not in path.name}
    found.wrong += [f"file {digest} is not in the store" for digest in sorted(digests - set(there))]
    for name, path in there.items():  # also what no row refers to: the next upload could take it for whole
        content = path.read_bytes()
        found.check(hashlib.sha256(content).hexdigest() == name, f"file {name}: {len(content)} bytes")
