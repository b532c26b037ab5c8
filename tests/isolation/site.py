"""Views of an office's host that do what views must not, and some that do what they may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import include, path
from django.views import View
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from central.accounts.models import User
from central.offices.access import current_office, office, public
from central.offices.middleware import public_side
from tenants.organization.models import Unit

from .support import names, rows, who, write
from .turns import turn


class TextResponse(TemplateResponse):
    """A template given as text; rendered after the view has returned."""

    def resolve_template(self, template: Any) -> Any:
        return engines["django"].from_string(template)


def show(request: HttpRequest) -> HttpResponse:
    role, _path = who()
    return JsonResponse(
        {
            "role": role,
            "names": names(),
            "user": getattr(request.user, "email", None),
            "session": request.session.get("mark"),
            "token": getattr(getattr(request, "api_token", None), "name", None),
        }
    )


def lazy(request: HttpRequest) -> HttpResponse:
    units = Unit.objects.filter(code__startswith="t-")
    shown = "{% for message in messages %}[{{ message }}]{% endfor %}"
    shown += "{% for unit in units %}{{ unit.code }} {% endfor %}{{ user.email }}"
    return TextResponse(request, shown, {"units": units})


def broken_template(request: HttpRequest) -> HttpResponse:
    write("t-broken-template")
    return TextResponse(request, "{{ value.boom }}", {"value": Boom()})


class Boom:
    @property
    def boom(self) -> str:
        raise ZeroDivisionError


def store(request: HttpRequest, name: str) -> HttpResponse:
    write(name)
    request.session["mark"] = name
    messages.info(request, f"stored {name}")
    return HttpResponse("stored")


def store_and(request: HttpRequest, what: str) -> HttpResponse:
    write(f"t-{what}")
    match what:
        case "raise":
            raise ZeroDivisionError
        case "missing":
            raise Http404
        case "forbidden":
            raise PermissionDenied
        case "unavailable":
            return HttpResponse("later", status=503)
        case "swallow":
            try:
                write("t-swallow")
            except IntegrityError:
                return HttpResponse("ok")
        case "savepoint":
            try:
                with transaction.atomic():
                    write("t-savepoint")
            except IntegrityError:
                return HttpResponse("ok")
        case "again":
            return HttpResponse("form again", status=422)
    return HttpResponse("not reached")


def hook(request: HttpRequest) -> HttpResponse:
    target = current_office()
    assert target is not None

    def later() -> None:
        with office(target):
            write("t-hook")

    write("t-before-hook")
    transaction.on_commit(later)
    return HttpResponse("ok")


def stream(request: HttpRequest) -> HttpResponseBase:
    units = Unit.objects.filter(code__startswith="t-")

    def pages() -> Iterator[bytes]:
        yield b"head "
        for unit in units:
            yield unit.code.encode() + b" "

    return StreamingHttpResponse(pages())


def stream_by_page(request: HttpRequest) -> HttpResponseBase:
    target = current_office()
    assert target is not None

    def pages() -> Iterator[bytes]:
        for position in range(2):
            with office(target):
                page = names()[position : position + 1]
            yield " ".join(page).encode() + b";"

    return StreamingHttpResponse(pages())


def stream_inside(request: HttpRequest) -> HttpResponseBase:
    """Stays in the office from one piece to the next, which no view should."""
    target = current_office()
    assert target is not None

    def pages() -> Iterator[bytes]:
        with office(target):
            write("t-stream")
            yield b"first"
            yield " ".join(names()).encode()

    return StreamingHttpResponse(pages())


def late(request: HttpRequest) -> HttpResponse:
    """What is wrong with it is found at the commit, after the answer was made."""
    unit = write("t-late")
    rows("UPDATE organization_unit SET parent_id = 999999 WHERE id = %s", [unit.pk])
    return HttpResponse("ok")


def sign_inside(request: HttpRequest, what: str) -> HttpResponse:
    write("t-sign")
    if what == "in":
        with public():
            person = User.objects.get()
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    else:
        logout(request)
    return HttpResponse("ok")


def central(request: HttpRequest) -> HttpResponse:
    with public():
        count = User.objects.count()
    return JsonResponse({"people": count, "role": who()[0]})


def central_by_mistake(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(User.objects.count()))


@public_side
def outside(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"role": who()[0]})


@public_side
class OutsideClass(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"role": who()[0]})


class Api(APIView):
    permission_classes: list[Any] = []

    def get(self, request: Any) -> Response:
        return Response({"user": getattr(request.user, "email", None), "role": who()[0]})

    def post(self, request: Any) -> Response:
        write("t-api")
        if request.data.get("fail"):
            raise ValidationError("no")
        return Response(status=201)


def kill(request: HttpRequest) -> HttpResponse:
    write("t-kill")
    connection.close()
    return HttpResponse("ok")


urlpatterns = [
    path("show/", show),
    path("lazy/", lazy),
    path("broken-template/", broken_template),
    path("store/<str:name>/", store),
    path("store-and/<str:what>/", store_and),
    path("hook/", hook),
    path("stream/", stream),
    path("stream-by-page/", stream_by_page),
    path("stream-inside/", stream_inside),
    path("late/", late),
    path("sign-inside/<str:what>/", sign_inside),
    path("central/", central),
    path("central-by-mistake/", central_by_mistake),
    path("outside/", outside),
    path("outside-class/", OutsideClass.as_view()),
    path("login-again/", LoginView.as_view()),
    path("api/v1/thing/", Api.as_view()),
    path("kill/", kill),
    path("turn/", turn),
    path("akun/", include("allauth.urls")),
]
