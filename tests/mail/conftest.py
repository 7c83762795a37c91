"""What the tests of the mail wing share: a database, a letterhead, a reader, and letters in the outbox."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units, open_engine
from identity.mail import messages
from identity.mail.messages import Addressee, Letterhead
from tests.support import smtp

SECRET = "the secret of a town that exists only in tests"


@pytest.fixture
def units(database_url: str, smtp_sink: smtp.Sink) -> Iterator[Units]:
    """A database whose couriers talk to the test's SMTP server."""
    settings = Settings(database_url=database_url, secret_key=[SECRET], smtp_url=smtp_sink.url)
    engine = open_engine(settings)
    yield Units(engine, settings)
    engine.dispose()


@pytest.fixture
def letterhead() -> Letterhead:
    """A town's."""
    return Letterhead(
        sender_name="Régie des eaux de Châteauneuf",
        sender_address="ne-pas-repondre@eaux.example",
        portal="https://eaux.example/espace",
        support_email="aide@eaux.example",
        signature="Régie des eaux de Châteauneuf",
    )


@pytest.fixture
def to() -> Addressee:
    """A reader of French."""
    return Addressee("jean@example.org", "fr", "Jean-Michel Test")


@pytest.fixture
def post(units: Units, letterhead: Letterhead) -> Callable[..., None]:
    """Post and commit one plain letter to each address."""

    def post_to(*recipients: str) -> None:
        with units.begin() as work:
            for recipient in recipients:
                messages.password_changed(work, letterhead, Addressee(recipient, "fr", None))

    return post_to


@pytest.fixture
def later(units: Units) -> Callable[[float], Units]:
    """The same database, so many seconds from now."""

    def after(seconds: float) -> Units:
        return replace(units, clock=lambda: units.clock() + timedelta(seconds=seconds))

    return after
