"""The keys that sign: made once, published before they sign and after, sealed."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlmodel import select

from identity.foundation.errors import NotFound
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units, open_engine
from identity.oidc import key_ring, signing_keys
from identity.oidc.signing_keys import SigningKey, State
from tests.oidc import jose
from tests.oidc.town import Citizen, Pkce, Town, answer, request_for


def test_processes_that_start_together_make_one_set_of_keys(town: Town) -> None:
    def start(_: int) -> set[str]:
        engine = open_engine(town.units.settings)  # an engine of its own, as in a process of its own
        try:
            ring = key_ring.published(Units(engine, town.units.settings, clock=town.clock))
            return {key["kid"] for key in json.loads(ring.jwks)["keys"]}
        finally:
            engine.dispose()

    with ThreadPoolExecutor(4) as pool:
        published = list(pool.map(start, range(4)))

    assert len(published[0]) == 4
    assert all(kids == published[0] for kids in published)


def test_two_sign_ins_at_once_on_a_new_database_leave_one_set_of_keys(town: Town) -> None:
    town.register("portail", public=True)
    citizens = [town.settle() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda citizen: town.sign_in(citizen, "portail"), citizens))
    jwks = town.http.get("/jwks").json()
    assert len({jose.verify(tokens["id_token"], jwks)[0]["kid"] for tokens in told}) == 1


def test_a_rotation_signs_with_the_next_key_which_everyone_knows_already(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    before = town.http.get("/jwks").json()
    old = town.sign_in(citizen, "portail")["id_token"]
    town.clock.pass_(minutes=1)

    _rotate(town)

    town.clock.pass_(seconds=1)
    new = town.sign_in(citizen, "portail")["id_token"]
    after = town.http.get("/jwks").json()
    assert len(after["keys"]) == len(before["keys"]) + 2
    old_kid, new_kid = jose.verify(old, after)[0]["kid"], jose.verify(new, after)[0]["kid"]
    assert new_kid != old_kid
    assert jose.verify(new, before)[0]["kid"] == new_kid, "a cached JWKS knew the next key"
    assert _states(town, "ES256") == [State.RETIRED, State.ACTIVE, State.NEXT]


def test_a_key_that_not_everyone_can_have_published_does_not_sign_yet(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    cached = town.http.get("/jwks").json()
    town.clock.pass_(minutes=1)

    _rotate(town)
    _rotate(town)

    _, claims = jose.verify(town.sign_in(citizen, "portail")["id_token"], cached)
    assert claims["aud"] == "portail"
    town.clock.pass_(seconds=5)
    jose.verify(town.sign_in(citizen, "portail")["id_token"], town.http.get("/jwks").json())
    assert _states(town, "ES256") == [State.RETIRED, State.RETIRED, State.ACTIVE, State.NEXT]


def test_a_retired_key_is_published_for_a_week_and_then_forgotten(town: Town) -> None:
    town.http.get("/jwks")
    _rotate(town)
    town.clock.pass_(days=6, hours=23)
    assert len(town.http.get("/jwks").json()["keys"]) == 6
    town.clock.pass_(hours=1)
    assert len(town.http.get("/jwks").json()["keys"]) == 4
    town.clock.pass_(seconds=1)
    with town.units.begin() as work:
        signing_keys.keep_fresh(work)
    assert len(_states(town, "ES256")) == 2


def test_keys_rotate_by_themselves_after_ninety_days_and_not_before(town: Town) -> None:
    town.http.get("/jwks")
    for days, states in ((90, 2), (1, 3), (1, 3)):
        town.clock.pass_(days=days)
        with town.units.begin() as work:
            signing_keys.keep_fresh(work)
        assert len(_states(town, "RS256")) == states


def test_two_rotations_at_once_leave_one_active_and_one_next(town: Town) -> None:
    town.http.get("/jwks")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: _rotate(town), range(2)))
    assert _states(town, "ES256") == [State.RETIRED, State.RETIRED, State.ACTIVE, State.NEXT]


def test_private_halves_are_sealed(town: Town) -> None:
    signing_keys.ensure(town.units)
    with town.units.read() as work:
        for key in work.session.exec(select(SigningKey)):
            assert "d" not in key.public_jwk
            opened = json.loads(work.keyring.unseal(signing_keys.SEALED_FOR, key.private_sealed) or b"{}")
            assert opened["d"] and opened["d"] not in key.private_sealed


def test_a_rotation_seals_for_the_newest_secret_so_that_the_former_can_go(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    town.sign_in(citizen, "portail")
    both = _with_secrets(town, "n" * 40, *town.units.settings.secret_key)
    town.clock.pass_(minutes=1)
    with replace(town.units, settings=both).begin() as work:
        signing_keys.rotate(work)

    units = _as_another_process(town, _with_secrets(town, "n" * 40))
    with units.begin() as work:
        assert key_ring.signer(work, "ES256").kid
    units.engine.dispose()


def test_keys_sealed_with_a_lost_secret_are_replaced_by_a_rotation(town: Town) -> None:
    signing_keys.ensure(town.units)
    town.clock.pass_(minutes=1)
    units = _as_another_process(town, _with_secrets(town, "z" * 40))
    with units.begin() as work, pytest.raises(RuntimeError, match="signing-keys rotate"):
        key_ring.signer(work, "ES256")

    with units.begin() as work:
        signing_keys.rotate(work)

    town.clock.pass_(seconds=5)
    with units.begin() as work:
        assert key_ring.signer(work, "ES256").kid
    units.engine.dispose()


def test_where_the_secret_is_lost_too_a_key_that_is_revoked_leaves_one_that_can_sign(town: Town) -> None:
    signing_keys.ensure(town.units)
    with town.units.begin() as work:
        kid = key_ring.signer(work, "ES256").kid
    town.clock.pass_(minutes=1)
    units = _as_another_process(town, _with_secrets(town, "z" * 40))

    with units.begin() as work:
        signing_keys.revoke(work, kid)

    town.clock.pass_(seconds=5)
    with units.begin() as work:
        assert key_ring.signer(work, "ES256").kid != kid
    units.engine.dispose()


def _rotate(town: Town) -> None:
    with town.units.begin() as work:
        signing_keys.rotate(work)


def _states(town: Town, algorithm: str) -> list[State]:
    order = [State.RETIRED, State.ACTIVE, State.NEXT]
    with town.units.read() as work:
        return sorted(
            (key.state for key in signing_keys.all(work) if key.algorithm == algorithm), key=order.index
        )


def _with_secrets(town: Town, *secrets: str) -> Settings:
    return Settings.model_validate(town.units.settings.model_dump() | {"secret_key": list(secrets)})


def _as_another_process(town: Town, settings: Settings) -> Units:
    return Units(open_engine(settings), settings, clock=town.clock)


def test_a_key_that_others_may_know_is_gone_at_once_and_the_next_one_signs(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    cached = town.http.get("/jwks").json()
    stolen = town.sign_in(citizen, "portail")["id_token"]
    kid = jose.verify(stolen, cached)[0]["kid"]
    town.clock.pass_(minutes=1)
    assert "code" in _asked(town, citizen, stolen)

    _revoke(town, kid)

    town.clock.pass_(seconds=2)
    published = town.http.get("/jwks").json()
    assert kid not in {key["kid"] for key in published["keys"]}
    new = town.sign_in(citizen, "portail")["id_token"]
    assert jose.verify(new, published)[0]["kid"] == jose.verify(new, cached)[0]["kid"] != kid
    assert _asked(town, citizen, stolen)["error"] == "invalid_request"
    assert _states(town, "ES256") == [State.ACTIVE, State.NEXT]


def test_a_key_that_does_not_sign_is_forgotten_and_the_one_that_does_stays(town: Town) -> None:
    town.http.get("/jwks")
    town.clock.pass_(minutes=1)
    _rotate(town)
    kids = {key.state: key.kid for key in _keys(town, "RS256")}
    for state in (State.NEXT, State.RETIRED):
        _revoke(town, kids[state])
    left = {key.state: key.kid for key in _keys(town, "RS256")}
    assert left.keys() == {State.ACTIVE, State.NEXT}
    assert left[State.ACTIVE] == kids[State.ACTIVE] and left[State.NEXT] != kids[State.NEXT]
    with pytest.raises(NotFound):
        _revoke(town, kids[State.NEXT])


def test_two_who_revoke_one_key_at_once_change_keys_once(town: Town) -> None:
    town.http.get("/jwks")
    before = {key.state: key.kid for key in _keys(town, "ES256")}

    def revoke(_: int) -> bool:
        try:
            _revoke(town, before[State.ACTIVE])
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(revoke, range(2))) == [False, True]
    after = {key.state: key.kid for key in _keys(town, "ES256")}
    assert after[State.ACTIVE] == before[State.NEXT]


def _revoke(town: Town, kid: str) -> None:
    with town.units.begin() as work:
        signing_keys.revoke(work, kid)


def _keys(town: Town, algorithm: str) -> list[SigningKey]:
    with town.units.read() as work:
        return [key for key in signing_keys.all(work) if key.algorithm == algorithm]


def _asked(town: Town, citizen: Citizen, hint: str) -> dict[str, str]:
    return answer(town.authorize(citizen, **request_for("portail", Pkce()), id_token_hint=hint))
