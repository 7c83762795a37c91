"""Runs uv as the machine's pip is configured: `python setup/uv.py pip compile …`.

uv reads no pip.conf and no PIP_*, so a town behind a mirror or a certificate of its own would have to say it twice.
What is set for uv itself (UV_*, uv.toml's environment) wins. Needs nothing but the standard library.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

PROGRAM = Path(sys.executable).parent / ("uv.exe" if os.name == "nt" else "uv")
"""Where pip puts uv in the environment whose Python runs this."""

_NAMES = {
    "index-url": "UV_INDEX_URL",
    "extra-index-url": "UV_EXTRA_INDEX_URL",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "retries": "UV_HTTP_RETRIES",
    "keyring-provider": "UV_KEYRING_PROVIDER",
}
_SEPARATORS = {"find-links": ","}
# pip takes the best of all indexes, uv the first that knows the name; the hashes make either safe.
_AS_PIP_DOES = {
    "UV_INDEX_STRATEGY": "unsafe-best-match",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_NO_PROGRESS": "1",
}
_SECTIONS = ("global", "install", ":env:")


def translated(lines: Iterable[str]) -> dict[str, str]:
    """The environment that has uv do what `pip config list` says for `pip install`; later sections win, as in pip."""
    found: dict[str, str] = {}
    for section in _SECTIONS:
        for line in lines:
            name, _, value = line.partition("=")
            if name.startswith(f"{section}."):
                found[name.removeprefix(f"{section}.")] = ast.literal_eval(value)
    return _AS_PIP_DOES | {
        _NAMES[option]: _SEPARATORS.get(option, " ").join(value.split())
        for option, value in found.items()
        if option in _NAMES and value.strip()
    }


def environment(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What uv is run with: the machine's pip configuration, below what the environment says already."""
    asked = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return translated(listed.splitlines()) | dict(given)


if __name__ == "__main__":
    sys.exit(subprocess.run([PROGRAM, *sys.argv[1:]], env=environment(), check=False).returncode)
