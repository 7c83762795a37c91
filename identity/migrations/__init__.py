"""The database's shape, step by step, up and down on SQLite and PostgreSQL."""


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest shape."""
    from identity import tables
    from identity.foundation.settings import Settings
    from identity.foundation.unit_of_work import open_engine

    engine = open_engine(Settings(database_url=url))
    tables.load().create_all(engine)
    engine.dispose()
