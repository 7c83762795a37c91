"""The database's shape, step by step, up and down on SQLite and PostgreSQL. Alembic is read in only to change it."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent
VERSION_TABLE = "alembic_version"


def head() -> str:
    """The newest revision: revisions are files, `0001_….py` first."""
    return max(path.stem.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py"))


def is_current(engine: Engine) -> bool:
    """Does the database answer, and has it the newest shape? Waits for no writer."""
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            if not inspect(connection).has_table(VERSION_TABLE):
                return False
            return bool(connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == head())
    except SQLAlchemyError:
        return False


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision, all or nothing."""
    from alembic import command

    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to a revision; `base` is before the first."""
    from alembic import command

    command.downgrade(config(url), revision)


def config(url: str) -> "Config":
    """Alembic's configuration for one database."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    found.attributes["url"] = url
    return found
