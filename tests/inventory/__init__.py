"""What there is to open: every address of the platform, and a populated world with a real object for each.

    from tests.inventory import build_world, endpoints

    world = build_world()                   # with the fixture `db` or `real_commits`
    for endpoint in endpoints("office"):    # or "government", "platform"; all three without
        place = world.main(endpoint)
        opener = place.opener(endpoint)     # a browser for which it works; new each time
        opener.get(place.path(endpoint))
        opener.post(place.path(endpoint), **place.body(endpoint))

Pages are the endpoints with `is_page`; those in `DEMO` answer only with `settings.DEMO`.
"""

from .endpoints import Endpoint, Gives, endpoint, endpoints
from .recipes import DEMO
from .world import Caller, Place, World, build_world

__all__ = ["DEMO", "Caller", "Endpoint", "Gives", "Place", "World", "build_world", "endpoint", "endpoints"]
