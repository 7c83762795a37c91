"""What is measured: each function drives one or two servers and gives rows. Ratios within one run; nothing is tuned."""

import itertools
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import bare, servers, town
from bench.load import Load, Request, Sample, drive, post
from bench.row import Row
from identity.accounts import passwords
from identity.directory import communes
from identity.foundation.unit_of_work import Units

SECONDS = 4.0
ROUNDS = 5
IDLE_CONNECTIONS = 2
HARD_SEARCHES = ("s", "saint", "7", "la", "chateauneuf les m", "13", "st martin")


@dataclass(frozen=True)
class Rates:
    """How many of a thing were done, by either clock: they differ where others share the core."""

    a_second: float
    a_cpu_second: float


def key_validation(folder: Path) -> Iterator[Row]:
    """Key validation, limits and audit included, against a bare mutation without database."""
    keys = town.issue_keys(town.found(folder, town.KEYS))
    with servers.bare(folder) as server:
        base = _validate(server.url, keys)
    with servers.parvis(folder) as server:
        ours = _validate(server.url, keys)
    yield Row("bare mutation", base.rate, "/s", "", None)
    yield Row("key validation", ours.rate, "/s", "", None)
    ratio = ours.rate / base.rate
    yield Row("key validation / bare mutation", ratio, "", "≥ 0.3 (aim 0.45)", ratio >= 0.3)


def logins(folder: Path) -> Iterator[Row]:
    """A storm of logins: against argon2id alone, and beside key validation."""
    units = town.found(folder, town.KEYS)
    keys = town.issue_keys(units)
    for number in range(20):
        town.open_account(units, f"citizen{number}@example.org")
    with servers.parvis(folder, PARVIS_HASHING_THREADS="1", PARVIS_RATE_LIMITS="off") as server:
        quiet = _validate(server.url, keys, connections=IDLE_CONNECTIONS)
        storm = Load(server.url, _logins(), lambda body: b'"LoginSuccess"' in body, 4, SECONDS)
        rounds = [(_hashes_alone(units), _logins_of(server, storm)) for _ in range(ROUNDS)]
        beside = Load(server.url, _validations(keys), _is_proof, IDLE_CONNECTIONS, SECONDS)
        _, busy = drive(storm, beside)
        flood = drive(Load(server.url, _logins(), lambda body: b"RATE_LIMITED" not in body, 120, 2.0))[0]
    ratio = statistics.median(login.a_second / alone.a_second for alone, login in rounds)
    by_cpu = statistics.median(login.a_cpu_second / alone.a_cpu_second for alone, login in rounds)
    alone = statistics.median(alone.a_second for alone, _ in rounds)
    yield Row("argon2id alone, one core", alone, "/s", "", None)
    yield Row("login / argon2id", ratio, "", "≥ 0.9", ratio >= 0.9)
    yield Row("the same by CPU time, whoever else is busy", by_cpu, "", "", None)
    slower = busy.quantile(0.99) / quiet.quantile(0.99)
    yield Row("p99 of key validation, idle", quiet.quantile(0.99), "ms", "", None)
    yield Row("p99 beside a login storm / idle", slower, "", "≤ 3", slower <= 3)
    yield Row("RATE_LIMITED past the queue", flood.refused, "answers", "> 0", flood.refused > 0)


def a_million(folder: Path) -> Iterator[Row]:
    """A million subscribers: imported by the command, then validated against as among a thousand."""
    rates = {}
    for size in (1_000, 1_000_000):
        place = folder / str(size)
        place.mkdir()
        units = town.found(place, 0 if size > 1_000 else size)
        if size > 1_000:
            seconds, megabytes = _import(place, size)
            yield Row("import of 1,000,000 subscribers", seconds, "s", "< 240", seconds < 240)
            yield Row("its peak memory", megabytes, "MB", "", None)
        keys = town.issue_keys(units, 1_000)
        with servers.parvis(place) as server:
            rates[size] = _validate(server.url, keys).rate
    ratio = rates[1_000_000] / rates[1_000]
    yield Row("key validation, 1,000,000 / 1,000 subscribers", ratio, "", "≥ 0.9", ratio >= 0.9)


def searches(folder: Path) -> Iterator[Row]:
    """The hardest commune searches, in the process."""
    units, slowest = town.found(folder, 0), 0.0
    for text in HARD_SEARCHES * 20:
        with units.read() as work:
            began = time.perf_counter()
            communes.search(work, text, 20)
            slowest = max(slowest, 1000 * (time.perf_counter() - began))
    yield Row("slowest commune search", slowest, "ms", "< 5", slowest < 5)


def starts(folder: Path) -> Iterator[Row]:
    """From the command to the first answer, and what the idle process weighs."""
    town.found(folder, 0)
    seconds, weights = [], []
    for _ in range(5):
        with servers.parvis(folder, PARVIS_COURIER="on", PARVIS_SMTP_URL="smtp://127.0.0.1:9") as server:
            seconds.append(server.seconds_to_answer)
            time.sleep(0.5)
            weights.append(server.megabytes)
    answer, weight = statistics.median(seconds), statistics.median(weights)
    yield Row("start to first answer", answer, "s", "≤ 1.5", answer <= 1.5)
    yield Row("idle memory", weight, "MB", "≤ 130", weight <= 130)


def _validate(url: str, keys: list[str], connections: int = 8) -> Sample:
    (sample,) = drive(Load(url, _validations(keys), _is_proof, connections, SECONDS))
    if sample.refused:
        raise SystemExit(f"A good key was refused: {sample.specimen!r}")
    return sample


def _is_proof(body: bytes) -> bool:
    return b'"proofToken"' in body


def _validations(keys: list[str]) -> Iterator[Request]:
    """Each from a network of its own, as a town's citizens are."""
    for number in itertools.count():
        given = {"operator": town.OPERATOR, "activationKey": keys[number % len(keys)]}
        yield post("/graphql", {"query": bare.MUTATION, "variables": {"input": given}}, _from(number))


def _logins() -> Iterator[Request]:
    query = "mutation($input: LoginInput!) { login(input: $input) { __typename ... on Problem { code } } }"
    for number in itertools.count():
        given = {"email": f"citizen{number % 20}@example.org", "password": town.PASSWORD}
        yield post("/graphql", {"query": query, "variables": {"input": given}}, _from(number))


def _from(number: int) -> dict[str, str]:
    return {"x-forwarded-for": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def _logins_of(server: servers.Server, storm: Load) -> Rates:
    before = server.cpu_seconds
    (sample,) = drive(storm)
    return Rates(sample.rate, (len(sample.seconds) - sample.refused) / (server.cpu_seconds - before))


def _hashes_alone(units: Units) -> Rates:
    """Verifications of the same hasher, on the server's core and with the priority that it has there."""
    stored = passwords.hash(units.settings, town.PASSWORD)
    script = (
        "import sys, time; from identity.accounts import passwords\n"
        "passwords._lower_priority()\n"
        "used, end, n = time.process_time(), time.perf_counter() + 3, 0\n"
        "while time.perf_counter() < end: n += passwords._verify(sys.argv[1], sys.argv[2])\n"
        "print(n / 3, n / (time.process_time() - used))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, stored, town.PASSWORD], env=dict(os.environ) | {"PYTHONPATH": str(servers.ROOT)},
        preexec_fn=lambda: os.sched_setaffinity(0, {servers.SERVER_CORE}), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Rates(*map(float, done.stdout.split()))


def _import(folder: Path, size: int) -> tuple[float, float]:
    """Seconds and peak megabytes of `parvis subscribers import`."""
    path = folder / "subscribers.csv"
    with path.open("w") as file:
        file.write("contract_number,meter_number,family_name,given_name,address_line1,postcode,city\n")
        file.writelines(
            f"{number:07},M{number:07},TEST,JEAN,{number} RUE,86200,LOUDUN\n" for number in range(size)
        )
    command = [
        sys.executable,
        "-m",
        "api.cli",
        "subscribers",
        "import",
        "--operator",
        town.OPERATOR,
        str(path),
    ]
    began = time.perf_counter()
    subprocess.run(command, env=servers.environment(folder), capture_output=True, check=True)
    seconds = time.perf_counter() - began
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
