"""Who shares a `sub` with whom: the sector of a client, settled when it is registered."""

from typing import Any

import pytest

from identity.oidc import clients, metadata_rules, registration, sectors
from identity.oidc.metadata import DEVICE, Metadata
from identity.oidc.uris import MetadataRefused
from tests.oidc.test_dynamic_registration import change, error, invite, open_town, post, read, secure_site
from tests.oidc.town import CALLBACK, Town
from tests.support.site import Site

__all__ = ["open_town", "secure_site"]

OTHER = "https://autre.test/retour"
FILE = "https://ville.test/sector.json"


def sector(**metadata: Any) -> object:
    """Of a client `c` that is registered so."""
    return metadata_rules.check(Metadata(id="c", name="C", **metadata))["sector"]


def test_the_one_https_host_of_a_client_that_has_nothing_but_codes_is_its_sector() -> None:
    for more in ({}, {"public": True}, {"backchannel_logout_uri": "https://portail.test/bye"}):
        assert sector(redirect_uris=(CALLBACK, "https://PORTAIL.test:8443/b"), **more) == "portail.test"
    assert sector(redirect_uris=(CALLBACK, OTHER), sector_identifier_uri=FILE) == "ville.test"
    assert sector(redirect_uris=(CALLBACK, OTHER), sector="ville.test") == "ville.test"


def test_whoever_has_shown_no_host_to_be_its_own_is_a_sector_alone() -> None:
    alone: tuple[dict[str, Any], ...] = (
        {"redirect_uris": ()},
        {"redirect_uris": (CALLBACK, OTHER)},
        {"redirect_uris": (CALLBACK,), "device": True},
        {"redirect_uris": (CALLBACK,), "exchange_audiences": ("d",)},
        {"redirect_uris": (CALLBACK,), "backchannel_logout_uri": "https://autre.test/bye"},
        {"redirect_uris": (CALLBACK, "http://127.0.0.1/x"), "public": True},
        {"redirect_uris": ("http://127.0.0.1/x",), "public": True},
        {"redirect_uris": ("http://localhost:9/x",)},
        {"redirect_uris": ("https://localhost/x",)},
        {"redirect_uris": ("https://[::1]/x",)},
        {"redirect_uris": ("fr.exemple.app:/x",), "public": True},
        {"redirect_uris": (CALLBACK,), "public": True, "first_party": True, "direct_login": True,
         "origins": ("https://portail.test",)},
    )  # fmt: skip
    for metadata in alone:
        assert sector(**metadata) == sectors.own("c"), metadata
    with pytest.raises(MetadataRefused):
        metadata_rules.check(Metadata(id="a/b", name="C"))  # so that no id is a host or another's sector


def test_pairwise_subjects_of_several_hosts_need_a_sector() -> None:
    """OpenID Connect Core §8.1."""
    several = {"redirect_uris": (CALLBACK, OTHER), "subject_type": "pairwise"}
    with pytest.raises(MetadataRefused):
        sector(**several)
    assert sector(**several, sector="ville.test") == sector(**several, sector_identifier_uri=FILE)


def test_a_sector_file_speaks_for_redirects_and_for_nothing_else() -> None:
    for more in (
        {"device": True}, {"exchange_audiences": ("d",)}, {"redirect_uris": (), "device": True},
        {"backchannel_logout_uri": "https://voleur.test/bye"}, {"sector": "autre.test"}, {"sector": "Client/d"},
    ):  # fmt: skip
        with pytest.raises(MetadataRefused):
            sector(**({"redirect_uris": (CALLBACK,), "sector_identifier_uri": FILE} | more))


def test_an_agent_lets_clients_share_the_sector_of_one_that_is_alone(town: Town) -> None:
    assert sector(redirect_uris=(CALLBACK,), sector="client/d") == sectors.own("d")


def test_a_kiosk_that_claims_a_host_does_not_learn_what_it_knows(open_town: Town, secure_site: Site) -> None:
    honest = post(open_town, {"redirect_uris": [CALLBACK], "client_name": "A"}, None).json()
    claimed = {"redirect_uris": [CALLBACK], "grant_types": ["authorization_code", DEVICE], "client_name": "B"}
    kiosk = post(open_town, claimed, None).json()
    assert _sector(open_town, honest) == "portail.test"
    assert _sector(open_town, kiosk) == sectors.own(kiosk["client_id"])
    for listed in ([], [CALLBACK]):
        address = secure_site.show("/sector", listed)
        for more in ({}, {"redirect_uris": [], "grant_types": [DEVICE]}):
            refused = post(open_town, claimed | more | {"sector_identifier_uri": address}, None)
            assert error(refused) == "invalid_client_metadata"


def test_a_service_cannot_change_its_sector_and_an_agent_can(town: Town) -> None:
    told = post(town, {"redirect_uris": [CALLBACK], "client_name": "A"}, invite(town)).json()
    wrong: dict[str, Any]
    for wrong in (
        {"redirect_uris": [OTHER]}, {"redirect_uris": [CALLBACK, OTHER]}, {"subject_type": "public"},
        {"grant_types": ["authorization_code", DEVICE]}, {"backchannel_logout_uri": "https://voleur.test/bye"},
        {"redirect_uris": ["http://127.0.0.1/x"]}, {"redirect_uris": ["https://[portail.test/x"]},
    ):  # fmt: skip
        reply = change(town, told, **wrong)
        assert (reply.status_code, error(reply)[:8]) == (400, "invalid_"), wrong
    assert change(town, told, redirect_uris=[CALLBACK, "https://portail.test/b"]).status_code == 200
    with town.units.begin() as work:
        registration.edit(work, told["client_id"], {"redirect_uris": (CALLBACK, OTHER)})
    assert change(town, told, redirect_uris=[OTHER]).status_code == 200, "an agent kept the sector for it"
    assert _sector(town, told) == "portail.test"


def test_a_service_of_several_hosts_sends_back_what_it_was_told(town: Town) -> None:
    told = post(town, {"redirect_uris": [CALLBACK, OTHER], "client_name": "A"}, invite(town)).json()
    assert told["subject_type"] == "pairwise"
    assert change(town, told, **_writable(read(town, told).json())).status_code == 200
    assert change(town, told, redirect_uris=[OTHER]).status_code == 200
    assert _sector(town, told) == sectors.own(told["client_id"]), "what is alone stays alone"


def test_what_an_agent_made_public_stays_so(town: Town) -> None:
    told = post(town, {"redirect_uris": [CALLBACK], "client_name": "A"}, invite(town)).json()
    with town.units.begin() as work:
        registration.edit(work, told["client_id"], {"subject_type": "public"})
    assert change(town, told, subject_type="pairwise").status_code == 400
    assert change(town, told, client_name="B").json()["subject_type"] == "public"


def _sector(town: Town, told: dict[str, Any]) -> str:
    with town.units.read() as work:
        client = clients.find(work, told["client_id"])
    assert client is not None
    return client.sector


def _writable(told: dict[str, Any]) -> dict[str, Any]:
    from identity.oidc.dynamic import NEVER_SENT

    return {name: value for name, value in told.items() if name not in NEVER_SENT}
