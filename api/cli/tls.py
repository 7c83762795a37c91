"""The certificate that `parvis serve` speaks TLS with: refused in one sentence where it will not do."""

import ssl
from pathlib import Path

from api.cli.console import fail

CIPHERS = "ECDHE+AESGCM"
"""Of TLS 1.2 (RFC 9325 §4.2); those of 1.3 are all good."""


def require(certificate: Path | None, key: Path | None) -> None:
    """Require both files or neither, that they can be read and belong together."""
    if certificate is None or key is None:
        if certificate or key:
            fail(f"{'--key' if certificate else '--certificate'} is missing: TLS needs both.")
        return
    for path in (certificate, key):
        if not path.is_file():
            fail(f"{path}: No such file.")
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError:
        fail(f"{certificate} and {key} are no certificate in PEM and its key, without a password.")
