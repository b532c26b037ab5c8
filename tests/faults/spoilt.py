"""What somebody with the superuser's rights does to an office's rows, and what `books check` then says."""

from __future__ import annotations

NEWS = "complaints_message WHERE channel = 'email' AND complaint_id = {id}"

# What is done to the rows of one complaint, as the superuser, and what the check then says of it.
SPOILT: dict[str, tuple[str, str]] = {
    "an event changed": (
        "UPDATE complaints_event SET actor_name = 'Orang lain' WHERE complaint_id = {id} AND seq = 2",
        "the chain of its events is broken at 2",
    ),
    "an event taken out": (
        "DELETE FROM complaints_event WHERE complaint_id = {id} AND seq = 3",
        "the chain of its events is broken at 3; it has 2 events after 3 steps",
    ),
    "an event added": (
        "INSERT INTO complaints_event (complaint_id, seq, at, kind, line, action, from_stage, to_stage, "
        "actor_kind, actor_name, actor_title, public, data, contents, previous, digest) "
        "SELECT complaint_id, 4, at, kind, line, action, from_stage, to_stage, actor_kind, actor_name, "
        "actor_title, public, data, contents, digest, repeat('0', 64) "
        "FROM complaints_event WHERE complaint_id = {id} AND seq = 3",
        "the chain of its events is broken at 4, 5; it has 4 events after 3 steps",
    ),
    "words changed": (
        "UPDATE complaints_complaint SET description = 'Tidak ada apa-apa.' WHERE id = {id}",
        "not what it was when it was recorded: complaint",
    ),
    "a reporter changed": (
        "UPDATE complaints_reporter SET email = 'lain@contoh.id' WHERE complaint_id = {id}",
        "not what it was when it was recorded: reporter",
    ),
    "a number changed": (
        "UPDATE complaints_complaint SET number = '0099/X' WHERE id = {id}",
        "it was received as {number}; the case index has another number",
    ),
    "the index forgot": (
        "DELETE FROM public.coordination_caseindex WHERE uid = '{uid}'",
        "it is missing in the case index",
    ),
    "the index is behind": (
        "UPDATE public.coordination_caseindex SET stage = 'verification' WHERE uid = '{uid}'",
        "the case index has another stage",
    ),
    "the code leads elsewhere": (
        "UPDATE public.coordination_caseindex SET tracking_digest = repeat('0', 64) WHERE uid = '{uid}'",
        "the case index has another tracking_digest",
    ),
    "nobody's work": (
        "UPDATE complaints_workitem SET closed_at = now() WHERE complaint_id = {id}",
        "line main stands at disposition, and that is nobody's work",
    ),
    "work at another stage": (
        "UPDATE complaints_workitem SET stage = 'review' WHERE complaint_id = {id} AND closed_at IS NULL",
        "line main stands at disposition, and that is nobody's work; "
        "work is open at main/review, where it does not stand",
    ),
    "closed by half": (
        "UPDATE complaints_complaint SET closed_at = now() WHERE id = {id}",
        "its closing and its main line do not agree; the case index has another closed_at",
    ),
    "an alarm lost": (
        "DELETE FROM public.coordination_alarm WHERE key = '{hex}'",
        "it is to be called at {alarm}, and its alarm is set to None",
    ),
    "a message that is never sent": (
        f"DELETE FROM public.delivery_outbox WHERE message_uid IN (SELECT uid FROM {NEWS} AND to_reporter)",
        "message {message} is not in the outbox",
    ),
    "a file cut off": ("", "file {file} has 10 bytes instead of {size}"),
    "a file lost": ("", "file {file} is not in the store"),
}
# The same for things that belong to no single complaint.
SPOILT_ALONE: dict[str, tuple[str, str]] = {
    "the counter ran ahead": (
        "UPDATE complaints_numbercounter SET last = last + 2",
        "register {year}: {count} numbers, highest {count}, counter at {ahead}, missing {missing}",
    ),
    "an outbox row of nothing": (
        "INSERT INTO public.delivery_outbox (office_id, message_uid, channel, state, due_at, attempts, "
        "last_error, created_at) VALUES ({office}, '{ghost}', 'email', 'sent', now(), 1, '', now())",
        "outbox: a message that is not there: {ghost}",
    ),
    "a message that waits for nobody": (
        "UPDATE public.delivery_outbox SET due_at = now() - interval '1 day' WHERE message_uid = '{late}'",
        "message that nobody has sent although it was due: {late}",
    ),
    "an alarm that is never answered": (
        "UPDATE public.coordination_alarm SET due_at = now() - interval '1 day', attempts = 9 "
        "WHERE office_id = {office} AND kind = 'files'",
        "alarm that nobody has answered although it was due: files files",
    ),
    "an alarm that fails": ("", "alarm that meets an error each time: files files"),
    "an index entry of nothing": (
        "INSERT INTO public.coordination_caseindex (uid, office_id, government_id, number, tracking_digest, "
        "status, stage, received_at, updated_at) SELECT '{ghost}', office_id, government_id, '0777/HANTU', "
        "'ghost', status, stage, received_at, updated_at FROM public.coordination_caseindex "
        "WHERE office_id = {office} LIMIT 1",
        "case index: a complaint that is not there: 0777/HANTU",
    ),
    "a referral that is none": (
        "INSERT INTO public.coordination_governmentwork (uid, office_id, government_id, number, kind, role, "
        "line, stage, procedure_digest, reason_code, opened_at) SELECT '{ghost}', id, government_id, "
        "'0444/RUJUK', 'follow_up', '', 'main', 'referred', '', '', now() FROM public.offices_office "
        "WHERE id = {office}",
        "central desk: a referral to look after that is none: 0444/RUJUK",
    ),
    "a question that the complaint does not know": (
        "INSERT INTO complaints_coordination (uid, direction, complaint_id, seq, number, office_name, roles, "
        "asked_by_name, asked_by_title, question, report, place, asked_at, warn_at, due_at, state, answer, "
        "ended_by_name) SELECT '{ghost}', 'asked', id, 1, '0555/TANYA', '', ARRAY[]::varchar[], '', '', '', "
        "'', '', now(), now(), now(), 'open', '', '' FROM complaints_complaint "
        "WHERE closed_at IS NULL LIMIT 1",
        "question to others that waits, and its complaint does not know of it: 0555/TANYA",
    ),
    "an alarm of no question": (
        "INSERT INTO public.coordination_alarm (office_id, kind, key, due_at, attempts) "
        "VALUES ({office}, 'coordination', 'abcd', now() + interval '1 day', 0)",
        "alarm: a question that waits for nobody: abcd",
    ),
    "a key that opens nothing": (
        "INSERT INTO complaints_intakekey (key_digest, request_digest, uid, created_at) "
        "VALUES ('aaaabbbbcccc', '', '{ghost}', now())",
        "sending key: a complaint that is not there: aaaabbbbcccc",
    ),
    "a sent form that became nothing": (
        "UPDATE complaints_draft SET sent_uid = '{ghost}' WHERE uid = '{draft}'",
        "sent form: a complaint that is not there: {draft}",
    ),
}
GHOST = "00000000-0000-4000-8000-000000000001"
