"""The database's shape, step by step, up and down on SQLite and PostgreSQL. Alembic is read in only to change it."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, String, column, exc, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent
VERSION_TABLE = "alembic_version"
_REVISION = select(table(VERSION_TABLE, column("version_num", String)))
_FAULTS = (exc.ProgrammingError, exc.IntegrityError, exc.InternalError, exc.NotSupportedError)


class NotReady(Exception):
    """One sentence: the database has not the shape that this release needs."""


def head() -> str:
    """The newest revision: revisions are files, `0001_….py` first."""
    return max(path.stem.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py"))


def is_current(engine: Engine) -> bool:
    """Does the database answer, and has it the newest shape? Waits for no writer."""
    try:
        return _revision(engine) == head()
    except exc.SQLAlchemyError:
        return False


def require_current(engine: Engine) -> None:
    """NotReady where the database has another shape; the driver's own error where it does not answer."""
    if _revision(engine) != head():
        raise NotReady("The database is not ready for this release: run `parvis migrate` first.")


def complaint(error: Exception) -> str | None:
    """One sentence where the database is down, unknown or refuses what it was given; None for a fault of ours."""
    if not isinstance(error, exc.DBAPIError | exc.TimeoutError) or isinstance(error, _FAULTS):
        return None
    said = str(error.orig if isinstance(error, exc.DBAPIError) else error).strip().splitlines()
    return f"The database of PARVIS_DATABASE_URL says: {said[0].rstrip('.')}."


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision, all or nothing."""
    from alembic import command

    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to a revision; `base` is before the first."""
    from alembic import command

    command.downgrade(config(url), revision)


def _revision(engine: Engine) -> str | None:
    with engine.connect().execution_options(read_only=True) as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        return connection.scalar(_REVISION)


def config(url: str) -> "Config":
    """Alembic's configuration for one database."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    found.attributes["url"] = url
    return found
