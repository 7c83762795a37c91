"""A real SMTP server on loopback that keeps what it is sent. Knows neither who sends nor what mails say."""

import datetime
import re
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
ACCEPTED = "250 2.0.0 Accepted"
Step = Literal["RCPT", "DATA"]
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Received:
    """One delivered message: its envelope, and its content as Python's mail parser reads it."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The Subject header, decoded."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The text part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part."""
        return self._part("html")

    @property
    def links(self) -> list[str]:
        """The addresses of the text part, the one to follow first."""
        return _ADDRESS.findall(self.text)

    def _part(self, kind: Literal["plain", "html"]) -> str:
        body = self.message.get_body((kind,))
        assert body is not None, f"no {kind} part in « {self.subject} »"
        return str(body.get_content())


@dataclass
class _Refusal:
    reply: str
    step: Step
    times: int | None


@dataclass
class Sink:
    """The server's mailbox and its temper. Give `url` to Parvis, then `wait_for` what it sends."""

    url: str = ""
    ca_file: Path | None = None
    """What signs the server's certificate: give it to clients as SSL_CERT_FILE."""
    _received: list[Received] = field(default_factory=list)
    _refusals: dict[str, _Refusal] = field(default_factory=dict)
    _arrival: threading.Condition = field(default_factory=threading.Condition)

    @property
    def messages(self) -> list[Received]:
        """Everything accepted so far, in order of arrival."""
        with self._arrival:
            return list(self._received)

    def wait_for(self, count: int, timeout: float = 10, to: str | None = None) -> list[Received]:
        """The messages (those to one recipient), once there are `count`; AssertionError after `timeout` seconds."""
        with self._arrival:
            arrived = self._arrival.wait_for(lambda: len(self._to(to)) >= count, timeout)
            found = self._to(to)
            assert arrived, f"{count} messages awaited, came: {[received.subject for received in found]}"
            return found

    def to(self, recipient: str) -> list[Received]:
        """What this recipient was sent so far."""
        with self._arrival:
            return self._to(recipient)

    def _to(self, recipient: str | None) -> list[Received]:
        return [received for received in self._received if recipient in (None, *received.recipients)]

    def refuse(
        self, recipient: str, reply: str = "550 5.1.1 Unknown", step: Step = "RCPT", times: int | None = None
    ) -> None:
        """Answer `reply` to this recipient's mail at this step, `times` over or for good."""
        with self._arrival:
            self._refusals[recipient] = _Refusal(reply, step, times)

    def accept(self, recipient: str) -> None:
        """Forget the refusal of this recipient."""
        with self._arrival:
            self._refusals.pop(recipient, None)

    def _answer(self, recipients: list[str], step: Step) -> str:
        for recipient in recipients:
            refusal = self._refusals.get(recipient)
            if refusal is None or refusal.step != step or refusal.times == 0:
                continue
            if refusal.times is not None:
                refusal.times -= 1
            return refusal.reply
        return ACCEPTED

    # aiosmtpd finds these by their names.

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept or refuse one recipient."""
        with self._arrival:
            answer = self._answer([address], "RCPT")
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep the message, unless one of its recipients is refused at this step."""
        content = envelope.original_content
        assert content is not None
        message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        with self._arrival:
            answer = self._answer(envelope.rcpt_tos, "DATA")
            if answer == ACCEPTED:
                self._received.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), message))
                self._arrival.notify_all()
        return answer


class _LoopbackController(Controller):
    """Binds its port itself: the kernel chooses a free one, and nobody can take it in between."""

    def __init__(self, handler: Sink, **options: Any) -> None:
        self._socket = socket.create_server((HOST, 0))
        super().__init__(handler, hostname=HOST, port=self._socket.getsockname()[1], **options)

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket, ssl=self.ssl_context)


@contextmanager
def serve(
    security: Literal["plain", "starttls", "tls"] = "plain",
    login: tuple[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[Sink]:
    """A running server. With TLS, its certificate is written into `folder`; `login` is name and password."""
    sink = Sink()
    options: dict[str, Any] = {"enable_SMTPUTF8": True}
    if security != "plain":
        assert folder is not None, "a server with TLS needs a folder for its certificate"
        context, sink.ca_file = certificate(folder)
        options |= {"ssl_context": context} if security == "tls" else {"tls_context": context}
        options |= {"require_starttls": security == "starttls"}
    if login:
        # Only "starttls" can tell by itself that the line is private.
        options |= {"auth_required": True, "auth_require_tls": security == "starttls"}
        options |= {"authenticator": _authenticator(login)}
    controller = _LoopbackController(sink, **options)
    controller.start()
    sink.url = _url(security, login, controller.port)
    try:
        yield sink
    finally:
        controller.stop()


def _url(security: str, login: tuple[str, str] | None, port: int) -> str:
    user = ":".join(quote(word, safe="") for word in login) + "@" if login else ""
    scheme = "smtps" if security == "tls" else "smtp"
    return f"{scheme}://{user}{HOST}:{port}" + ("?starttls=required" if security == "starttls" else "")


def _authenticator(login: tuple[str, str]) -> Callable[..., AuthResult]:
    expected = LoginPassword(login[0].encode(), login[1].encode())

    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: Any
    ) -> AuthResult:
        return AuthResult(success=said == expected, handled=False)

    return authenticate


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's own certificate for loopback, written into `folder`, and the authority that signed it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Parvis's tests")])
    now = datetime.datetime.now(datetime.UTC)
    hosts = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST)), x509.DNSName("localhost")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(hosts, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "smtp.crt", folder / "smtp.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return context, public
