"""Addresses of the API: `office` below `/api/` of an office's host, `platform` of the platform's."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from central.offices.middleware import public_side
from central.oversize import answers_oversize

from . import citizen, described, directory, onward, problems, questions, sop, staff

schema = public_side(described.SchemaView.as_view())
sop_schema = public_side(sop.SopSchemaView.as_view())

office: list[URLPattern | URLResolver] = [
    path("schema/", schema, name="api-schema"),
    path("sop-schema.json", sop_schema, name="api-sop-schema"),
    path("v1/complaints/", citizen.ComplaintsView.as_view(), name="api-complaints"),
    path("v1/complaints/<str:tracking_code>/", citizen.TrackingView.as_view(), name="api-tracking"),
    path("v1/categories/", citizen.CategoriesView.as_view(), name="api-categories"),
    path("v1/areas/", citizen.AreasView.as_view(), name="api-areas"),
    path("v1/sop-checks/", answers_oversize(sop.SopChecksView.as_view()), name="api-sop-checks"),
    path("v1/work/", staff.WorkView.as_view(), name="api-work"),
    path("v1/cases/<str:slug>/", staff.CaseView.as_view(), name="api-case"),
    path("v1/cases/<str:slug>/actions/<str:action>/", staff.ActionView.as_view(), name="api-action"),
    path("v1/cases/<str:slug>/direct-handover/", onward.HandOverView.as_view(), name="api-hand-over"),
    path("v1/cases/<str:slug>/questions/", questions.CaseQuestionsView.as_view(), name="api-case-questions"),
    path("v1/questions/", questions.QuestionsView.as_view(), name="api-questions"),
    path("v1/questions/<str:slug>/answer/", questions.AnswerView.as_view(), name="api-question-answer"),
    path("v1/questions/<str:slug>/decline/", questions.DeclineView.as_view(), name="api-question-decline"),
    path("v1/outside-offices/", onward.OutsideView.as_view(), name="api-outside"),
    re_path(r"^.*$", public_side(problems.not_found)),
]
platform: list[URLPattern | URLResolver] = [
    path("schema/", schema, name="api-schema"),
    path("sop-schema.json", sop_schema, name="api-sop-schema"),
    path("v1/offices/", directory.OfficesView.as_view(), name="api-offices"),
    re_path(r"^.*$", problems.not_found),
]
