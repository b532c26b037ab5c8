"""The API's own description, at `/api/schema/`: each kind of host describes the addresses that it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.views import SpectacularAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

LINKS: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    ("send_complaint", "201"): {
        "follow": {
            "operationId": "track_complaint",
            "parameters": {"tracking_code": "$response.body#/tracking_code"},
            "description": "Where the complaint stands.",
        },
    },
    ("list_work", "200"): {
        "open": {
            "operationId": "get_case",
            "parameters": {"slug": "$response.body#/results/0/slug"},
            "description": "The case that the first piece of work belongs to.",
        },
    },
    ("list_questions", "200"): {
        "answer": {
            "operationId": "answer_question",
            "parameters": {"slug": "$response.body#/results/0/slug"},
            "description": "The question that ends first.",
        },
    },
    ("get_case", "200"): {
        "questions": {
            "operationId": "list_case_questions",
            "parameters": {"slug": "$response.body#/slug"},
            "description": "What was asked of others about it, and whom one may ask.",
        },
        "act": {
            "operationId": "act_on_case",
            "parameters": {
                "slug": "$response.body#/slug",
                "action": "$response.body#/actions/0/action",
            },
            "requestBody": {
                "version": "$response.body#/version",
                "line": "$response.body#/actions/0/line",
            },
            "description": "A step that the case offers; its `inputs` come with the offer.",
        },
    },
    ("act_on_case", "200"): {
        "open": {
            "operationId": "get_case",
            "parameters": {"slug": "$response.body#/slug"},
            "description": "The case as it stands after the step.",
        },
    },
}
"""How one call leads to the next: OpenAPI links by the operation and the status that they hang on."""


class SchemaView(SpectacularAPIView):
    """The OpenAPI document of the host that was asked, as YAML or JSON."""

    authentication_classes: Sequence[Any] = ()
    permission_classes: Sequence[Any] = ()
    content_negotiation_class = DefaultContentNegotiation

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.urlconf = getattr(request._request, "urlconf", None)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if response.exception:  # a problem document is JSON, whatever the description would have been
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = JSONRenderer.media_type
        return super().finalize_response(request, response, *args, **kwargs)


def add_links(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Puts `LINKS` into the document (a postprocessing hook of drf-spectacular)."""
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                links = LINKS.get((operation["operationId"], status))
                if links:
                    answer["links"] = links
    return result
