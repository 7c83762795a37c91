"""Every table of Parvis, imported once so that the metadata is whole. For migrations and checks only."""

import importlib
import pkgutil

from sqlalchemy import MetaData

import identity
from identity.foundation.columns import metadata


def load() -> MetaData:
    """The metadata with every record of every wing in it."""
    for module in pkgutil.walk_packages(identity.__path__, "identity."):
        if not module.name.startswith("identity.migrations"):
            importlib.import_module(module.name)
    return metadata()
