"""What the provider forgets in time, and what it must not."""

from sqlmodel import select

from identity.accounts.account import Account
from identity.oidc import consents, erasure, issued
from identity.oidc.consents import Asked, Consent
from identity.oidc.granted import Grant
from identity.oidc.subjects import PairwiseSubject
from tests.oidc.town import Pkce, Town


def test_what_ended_is_forgotten_and_what_lives_stays(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    town.sign_in(citizen, "portail")
    kept = town.sign_in(citizen, "portail", scope="openid offline_access")["refresh_token"]
    town.clock.pass_(days=3)

    _purge(town)

    assert town.refresh("portail", kept).status_code == 200
    with town.units.read() as work:
        assert len(work.execute(issued.GRANTS.select()).all()) == 1
        assert len(work.execute(issued.ACCESS_TOKENS.select()).all()) == 1


def test_a_code_is_seen_as_replayed_a_day_later(town: Town) -> None:
    town.register("portail", public=True)
    pkce = Pkce()
    code = town.code(town.settle(), "portail", pkce, scope="openid offline_access")
    told = town.redeem("portail", code, pkce).json()
    town.clock.pass_(hours=20)
    _purge(town)

    assert town.redeem("portail", code, pkce).status_code == 400

    assert town.refresh("portail", told["refresh_token"]).status_code == 400


def test_nothing_links_an_erased_account_to_a_service(town: Town) -> None:
    town.register("mediatheque", public=True)
    erased, other = town.settle(), town.settle()
    for citizen in (erased, other):
        town.sign_in(citizen, "mediatheque")
        with town.units.begin() as work:
            consents.remember(work, citizen.account_id, "mediatheque", Asked("openid"))
    town.change(Account, erased.account_id, erased_at=town.clock.now)

    with town.units.begin() as work:
        erasure.forget_erased(work)

    with town.units.read() as work:
        for record in (PairwiseSubject, Consent, Grant):
            assert {row.account_id for row in work.session.exec(select(record))} == {other.account_id}, record


def _purge(town: Town) -> None:
    with town.units.begin() as work:
        issued.purge(work)
