"""One conversation with the mail relay that PARVIS_SMTP_URL names. Knows neither the outbox nor the database.

What a relay says is kept as codes: its sentences quote addresses, and codes are enough to act on.
"""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from identity.foundation.settings import SettingsError, is_loopback
from identity.foundation.tokens import Secret
from identity.mail.mime import Parcel

SECONDS_TO_CONNECT = 10
SECONDS_TO_ANSWER = 60
"""Relays that scan what they take answer late; meanwhile the courier renews its claim."""
SECONDS_TO_PART = 2
LETTERS_A_LINE = 50
"""Relays commonly hang up after a hundred."""

Security = Literal["tls", "required", "offered", "off"]


class Refused(Exception):
    """The relay will never take this letter. `reply` holds its codes."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


class Postponed(Exception):
    """The relay does not take this letter now. `reply` holds its codes."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


class Unreachable(Exception):
    """The relay cannot be talked to, or no longer; the message says why, without addresses or secrets."""


@dataclass(frozen=True)
class Relay:
    """Where mail is handed over, and how privately."""

    host: str
    port: int
    security: Security
    user: str | None
    password: Secret | None

    @property
    def insists(self) -> bool:
        """Must the line be private? A password never crosses a network in clear unless that was asked for."""
        exposed = self.user is not None and not is_loopback(self.host)
        return self.security == "required" or (self.security == "offered" and exposed)


def relay(url: str) -> Relay:
    """Read `smtp[s]://user:password@host:port?starttls=required|off`; SettingsError for anything else."""
    parts = urlsplit(url)
    wish = parse_qs(parts.query).get("starttls", ["offered"])[-1]
    if wish not in ("required", "off", "offered") or not parts.hostname:
        raise SettingsError("PARVIS_SMTP_URL is wrong: ?starttls= is `required` or `off`.")
    security: Security = "tls" if parts.scheme == "smtps" else wish  # type: ignore[assignment]
    usual = {"tls": 465}.get(security, 587 if parts.username else 25)
    try:
        port = parts.port or usual
    except ValueError:
        raise SettingsError("PARVIS_SMTP_URL is wrong: its port is a number up to 65535.") from None
    user = unquote(parts.username) if parts.username else None
    password = Secret(unquote(parts.password or "")) if user else None
    return Relay(parts.hostname, port, security, user, password)


class Line:
    """An open conversation: letters go one after the other. Belongs to one thread, save `abort`."""

    def __init__(self, relay: Relay, our_name: str) -> None:
        """Connect, greet as `our_name`, go private, log in; Unreachable where any of it fails."""
        self.letters_left = LETTERS_A_LINE
        try:
            self._smtp = _connect(relay, our_name)
        except (OSError, ValueError) as error:
            raise Unreachable(_why(error)) from None

    def send(self, parcel: Parcel) -> None:
        """Hand one letter over; Refused, Postponed, or Unreachable where the line broke half-way."""
        self.letters_left -= 1
        if parcel.international and not self._smtp.has_extn("smtputf8"):
            raise Refused("553 5.6.7")  # RFC 6531 §3.5
        options = ["SMTPUTF8"] if parcel.international else []
        try:
            self._smtp.sendmail(parcel.sender, [parcel.recipient], parcel.content, options)
        except smtplib.SMTPRecipientsRefused as error:
            raise self._refusal(*next(iter(error.recipients.values()))) from None
        except smtplib.SMTPResponseException as error:
            # A sender that is refused is our settings' fault: the letter waits until they are mended.
            ours = isinstance(error, smtplib.SMTPSenderRefused)
            raise self._refusal(error.smtp_code, error.smtp_error, may_end=not ours) from None
        except (OSError, ValueError) as error:
            raise Unreachable(_why(error)) from None

    def close(self) -> None:
        """Say good-bye, if the relay still listens."""
        with suppress(OSError, ValueError, AttributeError):
            self._smtp.sock.settimeout(SECONDS_TO_PART)  # type: ignore[union-attr]
            self._smtp.quit()
        self._smtp.close()

    def abort(self) -> None:
        """Break the line from another thread: the one that waits for an answer gets Unreachable at once."""
        with suppress(OSError, ValueError, AttributeError):
            self._smtp.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    def _refusal(self, code: int, said: bytes | str, may_end: bool = True) -> Exception:
        if self._smtp.sock is None:
            return Unreachable(f"the relay hangs up ({_codes(code, said)})")
        with suppress(OSError, ValueError):
            self._smtp.rset()  # smtplib forgets to, after a refusal of the word DATA itself
        # 53x asks for a login or for TLS: our settings are wrong, not the letter.
        forever = may_end and code // 100 == 5 and code // 10 != 53
        return Refused(_codes(code, said)) if forever else Postponed(_codes(code, said))


def _connect(relay: Relay, our_name: str) -> smtplib.SMTP:
    place = (relay.host, relay.port, _greeting(our_name))
    if relay.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            *place, timeout=SECONDS_TO_CONNECT, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(*place, timeout=SECONDS_TO_CONNECT)
    try:
        _prepare(smtp, relay)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _prepare(smtp: smtplib.SMTP, relay: Relay) -> None:
    smtp.ehlo_or_helo_if_needed()
    # On loopback nobody listens in, and local relays offer certificates that no authority has signed.
    wanted = relay.security == "offered" and smtp.has_extn("starttls") and not is_loopback(relay.host)
    if relay.insists or wanted:
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
    if relay.user is not None and relay.password is not None:
        smtp.login(relay.user, relay.password.reveal())
    if smtp.sock is not None:
        smtp.sock.settimeout(SECONDS_TO_ANSWER)


def _greeting(our_name: str) -> str:
    """The name, or an address in brackets (RFC 5321 §4.1.3)."""
    try:
        return f"[{'IPv6:' if ip_address(our_name).version == 6 else ''}{our_name}]"
    except ValueError:
        return our_name


def _codes(code: int, said: bytes | str) -> str:
    """`550 5.1.1`: the reply code and, where there is one, the enhanced code (RFC 3463)."""
    text = said.decode("latin-1") if isinstance(said, bytes) else said
    enhanced = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", text)
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _why(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"the relay refuses the user and password ({_codes(error.smtp_code, error.smtp_error)})"
        case smtplib.SMTPNotSupportedError():
            return "the relay offers no STARTTLS or no login, and the settings ask for it"
        case smtplib.SMTPResponseException():
            return f"the relay answers {_codes(error.smtp_code, error.smtp_error)}"
        case smtplib.SMTPServerDisconnected():
            return "the relay hangs up"
        case smtplib.SMTPException():
            return "the relay offers no way to log in that we know"
        case ssl.SSLCertVerificationError():
            return f"the relay's certificate is not trusted: {error.verify_message}"
        case UnicodeError():
            return "the user or the password has letters that SMTP cannot carry"
        case OSError():
            return error.strerror or "the relay does not answer"
        case _:
            return type(error).__name__
