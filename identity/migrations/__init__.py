"""The database's shape, step by step, up and down on SQLite and PostgreSQL. Alembic is read in only to change it."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, String, column, exc, inspect, select, table

from identity.foundation import outages

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent
VERSION_TABLE = "alembic_version"
_REVISION = select(table(VERSION_TABLE, column("version_num", String)))
_FAULTS = (exc.ProgrammingError, exc.IntegrityError, exc.InternalError, exc.NotSupportedError)


_ABSENT = "There is no database at {where}. If it is on a volume, mount that; run `parvis migrate` to begin a new one."


class NotReady(Exception):
    """One sentence: the database has not the shape that this release needs."""


def head() -> str:
    """The newest revision: revisions are files, `0001_….py` first."""
    return max(_revisions())


def _revisions() -> set[str]:
    return {path.stem.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py")}


def is_current(engine: Engine) -> bool:
    """Does the database answer, and has it the newest shape? Waits for no writer."""
    return what_is_missing(engine) is None


def what_is_missing(engine: Engine) -> str | None:
    """None where the database answers and has the newest shape; else what is wrong with it, in two words or three."""
    try:
        return None if _revision(engine) == head() else "not ready"
    except (exc.SQLAlchemyError, outages.FileGone) as error:
        found = outages.find(error)
        return found.cause if found else "not ready"


def require_current(engine: Engine) -> None:
    """NotReady where the database has another shape; the driver's own error where it does not answer."""
    if require_known(engine) != head():
        raise NotReady("The database is not ready for this release: run `parvis migrate` first.")


def require_begun(engine: Engine) -> None:
    """NotReady where there is no database yet, or none of ours."""
    if _required(engine) is None:
        raise NotReady(_ABSENT.format(where=engine.url.database))


def _required(engine: Engine) -> str | None:
    """The revision, None for a database without one; NotReady where an embedded one's file is not there."""
    try:
        return _revision(engine)
    except exc.OperationalError as error:
        found = outages.find(error)
        if found is None or found.cause != "missing":
            raise
        raise NotReady(_ABSENT.format(where=engine.url.database)) from None


def require_known(engine: Engine) -> str | None:
    """The revision, None for a database without one; NotReady where a newer release has been here."""
    revision = _required(engine)
    if revision is not None and revision not in _revisions():
        raise NotReady(
            f"The database has the shape of a newer release ({revision}; this one knows {head()}): "
            "start that release, or restore the backup from before its `parvis migrate`."
        )
    return revision


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
