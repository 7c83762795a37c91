"""The domain's enums, as the schema shows them."""

import strawberry

from identity.directory.operators import ProofMethod, ServiceKind
from identity.directory.subscribers import Civility, LegalNature
from identity.foundation.links import Purpose, Status

strawberry.enum(ServiceKind, description="What an operator runs.")
strawberry.enum(ProofMethod, description="How a person proves to be a subscriber.")
strawberry.enum(
    LegalNature, description="What kind of person holds the contract (seed 000: « Nature juridique »)."
)
strawberry.enum(Civility, description="How a person is addressed: Madame or Monsieur.")
strawberry.enum(Purpose, name="LinkPurpose", description="What an e-mailed link is for.")
strawberry.enum(Status, name="LinkStatus", description="What an e-mailed link is worth.")

__all__ = ["Civility", "LegalNature", "ProofMethod", "Purpose", "ServiceKind", "Status"]
