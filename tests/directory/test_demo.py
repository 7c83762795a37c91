"""The demonstration: the two operators of the seeds, and people who never lived."""

from sqlmodel import select

from identity.directory import communes, demo, logos, operators, theme
from identity.directory.folding import fold_contract, fold_meter
from identity.directory.operators import Operator
from identity.directory.subscribers import Subscriber
from identity.foundation.unit_of_work import UnitOfWork, Units


def subscribers(work: UnitOfWork, slug: str) -> list[Subscriber]:
    held = select(Subscriber).join(Operator).where(Operator.slug == slug)
    return list(work.session.exec(held))


def test_both_operators_of_the_seeds_stand_ready(units: Units) -> None:
    """Loaded twice, they are there once, each with its ways."""
    for _ in range(2):
        with units.begin() as work:
            demo.load(work)
    with units.read() as work:
        marseille, loudunais = operators.every(work)
        assert loudunais.proof_methods == ["ACTIVATION_KEY"]
        assert (loudunais.accepts_requests, loudunais.login_on_confirmation) == (True, False)
        assert len(operators.served_by(work, loudunais)) == 45
        assert marseille.proof_methods == ["CONTRACT_AND_METER"]
        assert (marseille.accepts_requests, marseille.login_on_confirmation) == (False, True)
        assert "13026" in operators.served_by(work, marseille)
        assert len(subscribers(work, loudunais.slug)) == len(demo.SUBSCRIBERS[loudunais.slug])
        assert len(subscribers(work, marseille.slug)) == len(demo.SUBSCRIBERS[marseille.slug])


def test_the_people_of_the_seeds_live_there(units: Units) -> None:
    """Seed 000 step 5 has a name and an address, seed 004 step 3 a contract and a meter."""
    with units.begin() as work:
        demo.load(work)
        loudun = next(s for s in subscribers(work, "pays-loudunais") if s.given_name == "Jean-Michel")
        water = {s.contract_folded: s.meter_folded for s in subscribers(work, "eau-de-marseille")}
    assert (loudun.family_name, loudun.address_line1) == ("Test", "99 RUE DE LA FONTAINE D ADAM")
    assert (loudun.postcode, loudun.city) == ("86200", "LOUDUN")
    assert water[fold_contract("1234567 A")] == fold_meter("D23AB123456")


def test_each_operator_has_its_own_look(units: Units) -> None:
    """A logo and two colours, and no two alike."""
    with units.begin() as work:
        demo.load(work)
        looks = [theme.of(units.settings, operator) for operator in operators.every(work)]
        assert all(logos.find(work, operator.slug) for operator in operators.every(work))
    assert len({said for look in looks for said in vars(look).values()}) == 10


def test_a_demonstration_in_use_is_left_as_it_is(units: Units) -> None:
    """What somebody changed by hand is not changed back."""
    with units.begin() as work:
        demo.load(work)
        operators.update(work, "pays-loudunais", name="Autre nom")
    with units.begin() as work:
        demo.load(work)
        assert operators.get(work, "pays-loudunais").name == "Autre nom"


def test_invented_people_live_in_real_communes(units: Units) -> None:
    """A postcode of the commune, which is one that the operator serves."""
    with units.begin() as work:
        demo.load(work)
        for operator in operators.every(work):
            served = operators.served_by(work, operator)
            for subscriber in subscribers(work, operator.slug):
                assert subscriber.insee_code in served
                assert subscriber.postcode in communes.get(work, subscriber.insee_code).postcodes
