"""Who a person says they are, as every form takes it (seed 000 step 5)."""

import strawberry

from identity.accounts.profiles import Profile
from schema.enums import Civility, LegalNature


@strawberry.input(description="Who registers (seed 000 step 5).")
class ProfileInput:
    legal_nature: LegalNature = strawberry.field(description="« Nature juridique ».")
    family_name: str = strawberry.field(description="« Nom ».")
    given_name: str = strawberry.field(description="« Prénom ».")
    civility: Civility | None = strawberry.field(
        default=None, description="Required of an INDIVIDUAL or SOLE_TRADER."
    )
    organization_name: str | None = strawberry.field(
        default=None, description="Required of the other legal natures."
    )
    phone: str | None = strawberry.field(
        default=None, description="Any usual French or international spelling; stored as E.164."
    )
    mobile: str | None = strawberry.field(default=None, description="Likewise.")

    def as_profile(self) -> Profile:
        """The profile as typed, unchecked."""
        return Profile(**vars(self))
