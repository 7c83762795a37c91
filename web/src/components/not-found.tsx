// An address of the portal where there is nothing.

import { t } from "@lingui/core/macro";
import { Link } from "./button";
import { Screen } from "./screen";

export function NotFound() {
  return (
    <Screen name="not-found" title={t`Cette page n’existe pas`}>
      <p>{t`Vérifiez l’adresse, ou repartez de l’accueil.`}</p>
      <p>
        <Link to="/" look="main">{t`Retour à l’accueil`}</Link>
      </p>
    </Screen>
  );
}
