// « J'accepte les conditions générales »: worth the version that was accepted.

import { t } from "@lingui/core/macro";
import type { OperatorFacts } from "../documents/shared";
import { Link } from "./button";
import { Checkbox } from "./choice-field";
import { rich } from "./rich";

interface Props {
  terms: OperatorFacts["termsOfService"];
}

export function Consent({ terms: { version, url } }: Props) {
  return (
    <Checkbox
      name="acceptedTermsVersion"
      label={t`Conditions générales d’utilisation`}
      worth={version}
      must={t`Veuillez accepter les conditions générales d’utilisation.`}
    >
      {rich(t`J’accepte les <terms>conditions générales d’utilisation (nouvel onglet)</terms>`, {
        terms: (words) => (
          <Link to={url} apart>
            {words}
          </Link>
        ),
      })}
    </Checkbox>
  );
}
