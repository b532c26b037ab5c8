"""The base of every Celery task: it runs in the office that sent it, or says that it needs none.

Imported while Celery is configured, before Django's apps are loaded: no model at the top.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from celery.contrib.django.task import DjangoTask
from django.db import transaction

from .access import OfficeAccessError, current_office, office, public

if TYPE_CHECKING:
    from celery.result import AsyncResult

    from .models import Office

HEADER = "office"


class OfficeTask(DjangoTask):  # type: ignore[misc]  # celery has no type hints
    """A task whose message carries the office's id in a header; the body runs inside that office.

    Declared with `central=True` a task needs no office and runs in public mode. With `manual=True` it has an
    office but enters it itself (`with office(self.get_office())`), so that no transaction stays open during a
    network call.
    """

    abstract = True
    central = False
    manual = False

    def apply_async(
        self,
        args: Any = None,
        kwargs: Any = None,
        *rest: Any,
        headers: dict[str, Any] | None = None,
        **options: Any,
    ) -> AsyncResult:
        """Sends the task for the office that we are in.

        Raises:
            OfficeAccessError: outside an office, unless the task is central.
        """
        return super().apply_async(args, kwargs, *rest, headers=self._with_office(headers), **options)

    def apply_async_on_commit(
        self, *args: Any, headers: dict[str, Any] | None = None, **options: Any
    ) -> None:
        """Sends the task when the transaction is stored; the office is noted now, for by then it was left."""
        noted = self._with_office(headers)
        transaction.on_commit(partial(self.apply_async, *args, headers=noted, **options))

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        self.apply_async_on_commit(args, kwargs)

    def for_office(self, target: Office, *args: Any, **kwargs: Any) -> AsyncResult:
        """Sends the task for an office from public mode, as a central task does that found something due."""
        return self.apply_async(args, kwargs, headers={HEADER: target.pk})

    def _with_office(self, headers: dict[str, Any] | None) -> dict[str, Any]:
        headers = dict(headers or {})
        if not self.central and HEADER not in headers:
            inside = current_office()
            if inside is None and self.request.called_directly is False:
                # A task that sends itself again (a retry) works on for the same office.
                headers[HEADER] = self._office_id()
            elif inside is not None:
                headers[HEADER] = inside.pk
            if headers.get(HEADER) is None:
                raise OfficeAccessError(
                    f"Task {self.name} was sent outside an office, and is not a central one."
                )
        return headers

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            return self.run(*args, **kwargs)
        if self.central or self.manual:
            with public():  # a worker is there already; only a task that is run on the spot is not
                return self.run(*args, **kwargs)
        with office(self.get_office()):
            return self.run(*args, **kwargs)

    def get_office(self) -> Office:
        """The office of this message.

        Raises:
            OfficeAccessError: the message names none, or one that is not ready.
        """
        from .models import Office

        office_id = self._office_id()
        target = None
        if office_id is not None:
            with public():
                target = Office.objects.select_related("government").filter(pk=office_id).first()
        if target is None or not target.serves:
            state = (
                "absent" if target is None else f"{target.status}, its government {target.government.status}"
            )
            raise OfficeAccessError(f"Task {self.name} is for office {office_id}, which is {state}.")
        return target

    def _office_id(self) -> int | None:
        found = (self.request.headers or {}).get(HEADER)
        return int(found) if found is not None else None
