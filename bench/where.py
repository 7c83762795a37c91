"""`python -m bench.where`: where the processor time of one code flow goes, below HTTP. Statements, commits, libraries.

The three requests of the flow, one after the other, in this process and without a server: what HTTP adds is the
difference to `python -m bench --providers`. A profiler makes Python's small functions dearer than they are: the
shares compare, the sum does not. Each commit here is one flow's alone, where a server's are shared.
"""

import cProfile
import pstats
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import event

from bench import ours, peers
from bench.load import Answer, Request
from bench.ours import Settled
from bench.peers import Peer
from bench.servers import Server
from identity.foundation.unit_of_work import Visitor
from identity.oidc import authorize, serving
from identity.oidc.exchange import Arrival, Reply

FLOWS = 300
_ANSWERS = {"/authorize": authorize.authorize, "/token": serving.token, "/userinfo": serving.userinfo}
_ROOMS = {
    "SQLAlchemy": "/sqlalchemy/", "Authlib": "/authlib/", "joserfc": "/joserfc/", "cryptography": "/cryptography/",
    "our provider": "/identity/oidc/", "our prepared statements": "/foundation/prepared",
    "our units of work": "/identity/foundation/", "the load itself": "/bench/",
}  # fmt: skip
_BUILT_IN = {"sqlite3.": "SQLite", "openssl": "signing, hashing"}


def main() -> None:
    """Print the three tables."""
    with tempfile.TemporaryDirectory(prefix="parvis-where-") as folder:
        settled = ours.settle(Path(folder))
        peer = Peer("Parvis", Server("", 0, 0.0), "", ours.PATHS, secret=settled.client_secret.reveal())
        _play(settled, peer, 20)
        began = time.process_time()
        _play(settled, peer, FLOWS)
        print(f"one flow, its commits its own: {1000 * (time.process_time() - began) / FLOWS:.2f} ms CPU\n")
        profile = cProfile.Profile(time.process_time)
        profile.runcall(_play, settled, peer, FLOWS)
        _say(_by_room(profile), "% of the profile")
        _say(_statements(settled, peer), "a flow")


def _play(settled: Settled, peer: Peer, flows: int) -> None:
    talks = peer.code_flows()
    for _ in range(flows):
        talk = next(talks)
        request = next(talk)
        try:
            while True:
                request = talk.send(_ask(settled, request))
        except StopIteration as end:
            if not end.value:
                raise SystemExit("A flow went wrong.") from None


def _ask(settled: Settled, request: Request) -> Answer:
    """What the endpoint says to the bytes of a request, as bytes."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    headers = dict(line.split(": ", 1) for line in lines)
    visited = settled.units.visited_by(
        Visitor(session_token=settled.cookie if path == "/authorize" else None)
    )
    reply = _ANSWERS[path](visited, Arrival(method, path, query.encode(), headers, body))
    return Answer(_head(reply), _body(reply))


def _head(reply: Reply) -> bytes:
    return dict(reply.headers).get("Location", "").encode()


def _body(reply: Reply) -> bytes:
    return peers.orjson.dumps(reply.body)


def _by_room(profile: cProfile.Profile) -> Counter[str]:
    spent: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[_room(file, name)] += own
    whole = sum(spent.values())
    return Counter({room: 100 * own / whole for room, own in spent.items()})


def _room(file: str, name: str) -> str:
    for room, part in _ROOMS.items():
        if part in file:
            return room
    return next((room for part, room in _BUILT_IN.items() if part in name), "Python's own library")


def _statements(settled: Settled, peer: Peer) -> Counter[str]:
    seen: Counter[str] = Counter()
    engine = settled.units.engine
    event.listen(engine, "before_cursor_execute", lambda *told: seen.update([told[2].split(" ")[0]]))
    event.listen(engine, "commit", lambda _connection: seen.update(["COMMIT"]))
    _play(settled, peer, 10)
    return Counter({verb: times / 10 for verb, times in seen.items()})


def _say(counted: Counter[str], of: str) -> None:
    for name, much in counted.most_common():
        print(f"{name:28}{much:>8.1f} {of}")
    print(file=sys.stdout)


if __name__ == "__main__":
    main()
