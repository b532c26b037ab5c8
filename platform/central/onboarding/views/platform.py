"""The platform's own host: directory, registration, the way to a complaint by its code, two pages about
us.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from central.accounts import limits
from central.offices.middleware import public_side
from central.onboarding import queries, services
from central.onboarding.forms import CodeForm, RegistrationForm

LONGEST_SEARCH = 100


@public_side
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Governments and offices, with a search by name; a tracking code typed here leads to its office."""
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    values = {
        "words": words,
        "counts": queries.counts(),
        "directory": queries.directory(words),
        "code_form": CodeForm(),
    }
    return render(request, "onboarding/directory.html", values)


@public_side
@require_safe
def where_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Nobody signs in on the platform's host: staff look their office up here and sign in there."""
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    values = {"words": words, "directory": queries.directory(words)}
    return render(request, "onboarding/where_to_sign_in.html", values)


@public_side
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.is_from_a_machine:
            return redirect("registered")  # a machine learns nothing from an answer that looks like success
        if not limits.allowed(request, "register", most=5, seconds=3600):
            form.add_error(None, _("Terlalu banyak pendaftaran dari jaringan ini. Coba lagi satu jam lagi."))
            return render(request, "onboarding/register.html", {"form": form}, status=429)
        values = {name: value for name, value in form.cleaned_data.items() if name != "website"}
        services.register(**values)
        return redirect("registered")
    return render(request, "onboarding/register.html", {"form": form})


@public_side
@require_safe
def registered(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/registered.html")


@public_side
@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """The code that was typed into the box goes into the address of the page that sends it on, by a page."""
    form = CodeForm(request.GET or None)
    if form.is_valid():
        return redirect(reverse("track", args=[form.cleaned_data["code"].replace("/", "")]) + "?dari=kotak")
    return render(request, "onboarding/code.html", {"form": form})


@public_side
@never_cache
@require_safe
def track(request: HttpRequest, code: str) -> HttpResponse:
    """Sends the holder of a tracking code to the office that has the complaint now. QR codes lead here.

    A browser does not let a form lead to another host, not even by a redirect: who comes from one (`dari`)
    gets a page that leads on.
    """
    if not limits.allowed(request, "track", most=30, seconds=60):
        values = {"form": CodeForm(initial={"code": code}), "too_many": True}
        response = render(request, "onboarding/code.html", values, status=429)
        response["Retry-After"] = "60"
        return response
    found = queries.place_of_case(code)
    if found is None:
        values = {"form": CodeForm(initial={"code": code[:60]}), "unknown": True}
        return render(request, "onboarding/code.html", values, status=404)
    if "dari" in request.GET:
        return render(request, "onboarding/led_on.html", {"place": found})
    return redirect(found.address)


@public_side
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/privacy.html")


@public_side
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/about.html", {"counts": queries.counts()})
