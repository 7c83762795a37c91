// No network, or a newer release took the files away: loading the page again mends both.

import { t } from "@lingui/core/macro";
import { Button } from "./button";
import { Screen } from "./screen";

export function Unloaded() {
  return (
    <Screen name="unloaded" title={t`La page n’a pas pu être chargée`}>
      <p>{t`Vérifiez votre connexion à Internet, puis réessayez.`}</p>
      <Button press={() => location.reload()}>{t`Réessayer`}</Button>
    </Screen>
  );
}
