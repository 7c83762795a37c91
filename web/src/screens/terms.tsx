// The terms of an operator that has no page of its own for them; a link for one that has.

import { t } from "@lingui/core/macro";
import { useEffect } from "preact/hooks";
import { Loaded, useAsk } from "../components/loaded";
import { Screen } from "../components/screen";
import { OperatorNamed } from "../documents/find";
import type { OperatorFacts } from "../documents/shared";
import type { Visit } from "../router";
import { wear } from "../theme/dress";
import { UnknownOperator } from "./operators";

export default function Terms({ params }: Visit) {
  const asked = useAsk(OperatorNamed, { slug: params.slug ?? "" });
  return (
    <Loaded of={asked} screen={{ name: "terms", title: t`Conditions générales d’utilisation` }}>
      {({ operator }) => (operator ? <TermsOf operator={operator} /> : <UnknownOperator />)}
    </Loaded>
  );
}

function TermsOf({ operator }: { operator: OperatorFacts }) {
  useEffect(() => wear(operator), [operator]);
  const { name, supportEmail, termsOfService } = operator;
  const { version, url } = termsOfService;
  const elsewhere = new URL(url, location.href).pathname !== location.pathname;
  return (
    <Screen name="terms" title={t`Conditions générales d’utilisation`}>
      <p>{t`${name}, version ${version}`}</p>
      {elsewhere ? (
        <p>
          <a href={url}>{t`Lire les conditions de ce service`}</a>
        </p>
      ) : (
        <Plain />
      )}
      {supportEmail && (
        <>
          <h2>{t`Une question ?`}</h2>
          <p>
            <a href={`mailto:${supportEmail}`}>{supportEmail}</a>
          </p>
        </>
      )}
    </Screen>
  );
}

function Plain() {
  return (
    <>
      <h2>{t`Votre compte`}</h2>
      <p>{t`Le compte est personnel. Votre mot de passe ne regarde que vous : ne le communiquez à personne, pas même à votre service.`}</p>
      <h2>{t`Vos données`}</h2>
      <p>{t`Les informations que vous donnez servent à vous reconnaître comme abonné et à vous donner accès aux démarches de ce service. Vous pouvez les lire et les corriger à tout moment dans votre compte.`}</p>
      <h2>{t`Fermer votre compte`}</h2>
      <p>{t`Vous pouvez fermer votre compte à tout moment : vos données personnelles sont effacées 30 jours plus tard.`}</p>
    </>
  );
}
