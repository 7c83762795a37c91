"""The demonstration's operators and their invented subscribers, modelled on the two seed documents.

No one below exists: the phones are those that the Arcep reserves for fiction.
"""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import select

from identity.directory import communes, logos, operators, pictures
from identity.directory.folding import fold_contract
from identity.directory.operators import NewOperator, Operator, ProofMethod, ServiceKind
from identity.directory.subscribers import Civility, LegalNature, Subscriber
from identity.foundation.unit_of_work import UnitOfWork

MEMBERS_OF_LOUDUNAIS = """
86005 86008 86013 86018 86022 86023 86026 86036 86044 86049 86069 86079 86087 86090 86093 86106 86108 86109
86137 86149 86151 86154 86156 86161 86167 86169 86173 86181 86196 86197 86201 86205 86206 86210 86218 86225
86227 86229 86249 86250 86252 86269 86274 86286 86287
"""
"""EPCI 248600447, of 45 communes."""

LOUDUNAIS = NewOperator(
    slug="pays-loudunais",
    name="Communauté de communes du Pays Loudunais",
    services=[ServiceKind.WASTE],
    proof_methods=[ProofMethod.ACTIVATION_KEY],
    communes=MEMBERS_OF_LOUDUNAIS.split(),
    accepts_requests=True,
    support_email="dechets@pays-loudunais.example",
    colour="#1f6b43",
    second_colour="#8a5a00",
)
MARSEILLE = NewOperator(
    slug="eau-de-marseille",
    name="Eau de Marseille Métropole",
    services=[ServiceKind.WATER],
    proof_methods=[ProofMethod.CONTRACT_AND_METER],
    # Marseille, Châteauneuf-les-Martigues and some of their neighbours.
    communes=["13055", "13026", "13002", "13033", "13043", "13054", "13075", "13088", "13102", "13106"],
    login_on_confirmation=True,
    support_email="clients@eau-de-marseille.example",
    colour="#0b5394",
    second_colour="#a33a1c",
)

_LOGOS = Path(__file__).parent / "data" / "logos"
_LOUDUN = {"postcode": "86200", "city": "LOUDUN", "insee_code": "86137"}
_CHATEAUNEUF = {"postcode": "13220", "city": "CHÂTEAUNEUF-LES-MARTIGUES", "insee_code": "13026"}
_MARSEILLE = {"city": "MARSEILLE", "insee_code": "13055"}
_MADAM = {"legal_nature": LegalNature.INDIVIDUAL, "civility": Civility.MADAM}
_SIR = {"legal_nature": LegalNature.INDIVIDUAL, "civility": Civility.SIR}

SUBSCRIBERS: dict[str, list[dict[str, Any]]] = {
    LOUDUNAIS.slug: [
        {  # Seed 000, step 5: what the form is prefilled with.
            "contract_number": "CCPL-0001", "organization_name": "Test",
            "family_name": "Test", "given_name": "Jean-Michel",
            "mobile": "+33639980101", "email": "jean-michel.test@example.org",
            "address_line1": "99 RUE DE LA FONTAINE D ADAM", **_LOUDUN,
        },
        {
            "contract_number": "CCPL-0002", **_MADAM, "family_name": "Chauveau", "given_name": "Léonie",
            "phone": "+33536490102", "email": "leonie.chauveau@example.org",
            "address_line1": "4 PLACE DU DONJON", "address_line2": "RÉSIDENCE DES HALLES, BÂT. B", **_LOUDUN,
        },
        {
            "contract_number": "CCPL-0003", **_SIR, "family_name": "Bellanger", "given_name": "Ahmed",
            "mobile": "+33639980103", "address_line1": "12 CHEMIN DES MOULINS",
            "postcode": "86120", "city": "LES TROIS-MOUTIERS", "insee_code": "86274",
        },
        {
            "contract_number": "CCPL-0004", "legal_nature": LegalNature.COMPANY,
            "organization_name": "Boulangerie du Martray", "phone": "+33536490104",
            "email": "contact@boulangerie-martray.example", "address_line1": "1 RUE DU MARTRAY", **_LOUDUN,
        },
        {
            "contract_number": "CCPL-0005", "legal_nature": LegalNature.PUBLIC_BODY,
            "organization_name": "Mairie de Monts-sur-Guesnes", "address_line1": "2 PLACE DU CHÂTEAU",
            "postcode": "86420", "city": "MONTS-SUR-GUESNES", "insee_code": "86167",
        },
    ],
    MARSEILLE.slug: [
        {  # Seed 004, step 3: seven digits without the letter, and the number of their meter.
            "contract_number": "1234567", "meter_folded": "D23AB123456",
            **_MADAM, "family_name": "Fabre", "given_name": "Camille",
            "mobile": "+33639980111", "email": "camille.fabre@example.org",
            "address_line1": "8 AVENUE DU CHÂTEAU D’EAU", **_CHATEAUNEUF,
        },
        {
            "contract_number": "1234568", "meter_folded": "D23AB123457",
            **_SIR, "family_name": "Olive", "given_name": "Yanis",
            "address_line1": "27 BOULEVARD DES CALANQUES", "postcode": "13009", **_MARSEILLE,
        },
        {
            "contract_number": "2345678", "meter_folded": "C19LA004211",
            **_MADAM, "family_name": "d’Estienne", "given_name": "Hélène", "phone": "+33465710112",
            "address_line1": "3 TRAVERSE DE LA FONTAINE", "postcode": "13013", **_MARSEILLE,
        },
        {
            "contract_number": "3456789", "meter_folded": "I21ZZ900017",
            "legal_nature": LegalNature.CO_OWNERSHIP, "organization_name": "Copropriété Les Pins d’Alep",
            "address_line1": "60 CHEMIN DE LA MER", **_CHATEAUNEUF,
        },
        {  # A closed contract proves nothing.
            "contract_number": "4567890", "meter_folded": "B08QK771203", "closed_on": date(2025, 3, 31),
            **_SIR, "family_name": "Ancien", "given_name": "Marius",
            "address_line1": "5 RUE DE L’ÉTANG", **_CHATEAUNEUF,
        },
        {
            "contract_number": "5678901", "meter_folded": "D22NE300300",
            "legal_nature": LegalNature.ASSOCIATION, "organization_name": "Les Jardins de la Nerthe",
            "email": "bureau@jardins-nerthe.example", "address_line1": "ROUTE DU ROVE", **_CHATEAUNEUF,
        },
    ],
}  # fmt: skip


def load(work: UnitOfWork) -> None:
    """Add what is missing of the demonstration, communes included; what is there stays as it is."""
    communes.load(work)
    for new in (LOUDUNAIS, MARSEILLE):
        operator = operators.find(work, new.slug) or _add(work, new)
        numbers = select(Subscriber.contract_number).where(Subscriber.operator_id == operator.id)
        known = set(work.session.exec(numbers))
        for facts in SUBSCRIBERS[new.slug]:
            number = facts["contract_number"]
            if number not in known:
                ours = {"operator_id": operator.id, "contract_folded": fold_contract(number)}
                work.execute(insert(Subscriber), ours | facts)


def _add(work: UnitOfWork, new: NewOperator) -> Operator:
    operator = operators.add(work, new)
    logos.put(work, operator, pictures.judge((_LOGOS / f"{new.slug}.svg").read_bytes()))
    return operator
