"""Who is at the command line, for the audit."""

import getpass


def name() -> str:
    """The system user's name; a container may have none."""
    try:
        return getpass.getuser()[:100]
    except (KeyError, OSError):
        return "command line"
