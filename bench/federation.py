"""The provider beside other people's: `glewlwyd` (C, its own SQLite) and `oidc-provider` (Node, in memory).

All of them are up at once on the server's core and take turns of TURN seconds, so that whatever else the machine does
meets them alike. Beside each rate stands the server's processor time for one answer, which an idle machine changes
little. Only good answers count: glewlwyd's SQLite loses track of its rows when several people ask at once.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import glewlwyd, oidc_provider, ours
from bench.load import Load, Request, Talk, drive
from bench.peers import Peer
from bench.row import Row

PEOPLE = 8
TURN, TURNS = 1.0, 4
"""The first turn warms up and is not counted."""
OTHERS = {"glewlwyd": glewlwyd, "oidc-provider": oidc_provider}


@dataclass(frozen=True)
class Case:
    """What is asked, how a good answer is known, and what our rate should be of each other's."""

    name: str
    asked: Callable[[Peer], Iterator[Request | Talk]]
    mark: bytes
    targets: dict[str, tuple[float, str]]


_AS_FAST = {"glewlwyd": (1.0, "≥ 1")}
CASES = (
    Case(
        "code flow", Peer.code_flows, b"", {"glewlwyd": (3.0, "≥ 3"), "oidc-provider": (0.5, "≥ 0.5 (aim 1)")}
    ),
    Case("userinfo", Peer.userinfos, b'"sub"', _AS_FAST),
    Case("introspection", Peer.introspections, b'"active"', _AS_FAST),
    Case("refresh", lambda peer: peer.refreshes(PEOPLE), b"", _AS_FAST),
    Case("client credentials", Peer.client_credentials, b'"access_token"', _AS_FAST),
)


@dataclass
class Score:
    """What a peer did in its turns."""

    good: int = 0
    refused: int = 0
    elapsed: float = 0.0
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.good / max(self.elapsed, 1e-9)

    @property
    def cost(self) -> float:
        """Milliseconds of the server's processor for one answer."""
        return 1000 * self.cpu / max(self.good + self.refused, 1)


def providers(folder: Path) -> Iterator[Row]:
    """Every case at every provider that can be had here."""
    with ExitStack() as stack:
        peers = [stack.enter_context(ours.ready(folder))]
        for name, other in OTHERS.items():
            if missing := other.obstacle():
                yield Row(f"{name}: not measured, {missing}", 0.0, "", "", None)
            else:
                peers.append(stack.enter_context(other.ready(folder)))
        for case in CASES:
            yield from _rows(case, _take_turns(case, peers))


def _take_turns(case: Case, peers: list[Peer]) -> dict[str, Score]:
    scores = {peer.name: Score() for peer in peers}
    asked = {peer.name: case.asked(peer) for peer in peers}
    for turn in range(TURNS):
        for peer in peers:
            before = peer.server.cpu_seconds
            load = Load(peer.server.url, asked[peer.name], lambda body: case.mark in body, PEOPLE, TURN)
            (sample,) = drive(load)
            if turn:
                score = scores[peer.name]
                score.good, score.refused = score.good + sample.good, score.refused + sample.refused
                score.elapsed += sample.ended - sample.began
                score.cpu += peer.server.cpu_seconds - before
    return scores


def _rows(case: Case, scores: dict[str, Score]) -> Iterator[Row]:
    for name, score in scores.items():
        failed = f", {score.refused} failed" if score.refused else ""
        yield Row(f"{case.name}: {name}{failed}", score.rate, "/s", "", None, score.cost)
    mine = scores["Parvis"]
    for name, score in scores.items():
        if name == "Parvis":
            continue
        least, said = case.targets.get(name, (0.0, ""))
        ratio = mine.rate / max(score.rate, 1e-9)
        yield Row(
            f"{case.name}: Parvis / {name}", ratio, "", said, ratio >= least if said else None,
            score.cost / max(mine.cost, 1e-9),
        )  # fmt: skip
