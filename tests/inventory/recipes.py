"""How each address is made real: what its placeholders name, who may open it, what its form posts.

A route without a recipe fails `tests/inventory/test_inventory.py`.
"""

from __future__ import annotations

from .endpoints import endpoint
from .recipe import Recipe
from .recipes_office import api, cases_of_staff, site_pages
from .recipes_settings import documents, procedure, settings
from .recipes_shared import accounts, desk, language, platform

DEMO = frozenset({"demo", "demo_codes", "demo_mails", "demo_mail"})
"""Routes that answer only where the settings say that this is a demo."""

_RECIPES: dict[tuple[str, str], Recipe] = {
    (recipe.site, recipe.name): recipe
    for recipe in [
        *site_pages(),
        *api(),
        *cases_of_staff(),
        *settings(),
        *documents(),
        *procedure(),
        *desk(),
        *(recipe for site in ("office", "government") for recipe in accounts(site)),
        *(language(site) for site in ("office", "government", "platform")),
        *platform(),
    ]
}


def recipe(site: str, name: str) -> Recipe:
    """The recipe of a route. Raises `KeyError` where nobody has written one."""
    return _RECIPES[site, name]


def unused() -> set[str]:
    """Recipes of routes that there are no longer."""
    found = set()
    for site, name in _RECIPES:
        try:
            endpoint(f"{site} {name}")
        except StopIteration:
            found.add(f"{site} {name}")
    return found
