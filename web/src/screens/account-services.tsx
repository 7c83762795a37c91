// The services that may read the account, what each may, and taking it back.

import { t } from "@lingui/core/macro";
import { Certain } from "../components/certain";
import { useAsk } from "../components/loaded";
import { Own, OwnScreen } from "../components/own";
import { focusTitle } from "../components/screen";
import { MyServices, WithdrawConsent } from "../documents/account";
import { when } from "../i18n";
import { perform } from "../server";

type Consent = NonNullable<MyServices["me"]>["consents"][number];

export default function AccountServices() {
  const asked = useAsk(MyServices, {});
  const title = t`Services connectés`;
  async function withdraw(clientId: string) {
    const { message } = await perform(WithdrawConsent, { clientId });
    asked.again();
    focusTitle();
    return message;
  }
  return (
    <Own of={asked} name="account-services" title={title}>
      {({ consents }) => (
        <OwnScreen name="account-services" title={title}>
          {consents.length ? (
            <>
              <p>{t`Vous avez permis à ces services de lire une partie de votre compte.`}</p>
              <ul class="cards">
                {consents.map((consent) => (
                  <li key={consent.clientId}>
                    <Service consent={consent} withdraw={() => withdraw(consent.clientId)} />
                  </li>
                ))}
              </ul>
            </>
          ) : (
            <>
              <p>{t`Aucun service n’a accès à votre compte.`}</p>
              <p>{t`Ceux où vous vous connecterez avec ce compte, et à qui vous en donnerez l’accès, se trouveront ici.`}</p>
            </>
          )}
          <p>
            <a href="/services">{t`Voir les services où me connecter`}</a>
          </p>
        </OwnScreen>
      )}
    </Own>
  );
}

function Service({ consent, withdraw }: { consent: Consent; withdraw: () => Promise<string> }) {
  const { clientId, clientName, scopes } = consent;
  const day = when(consent.grantedAt, "day");
  const id = `service-${clientId}`;
  return (
    <>
      <h2 id={id}>{clientName}</h2>
      <p class="hint">{t`Depuis le ${day}, ce service peut :`}</p>
      <ul class="plain">
        {scopes.map((scope) => (
          <li key={scope}>{allowed(scope)}</li>
        ))}
      </ul>
      <Certain
        label={t`Retirer l’accès`}
        question={t`${clientName} ne pourra plus lire votre compte et devra vous redemander votre accord.`}
        confirm={t`Oui, retirer l’accès`}
        press={withdraw}
        about={id}
      />
    </>
  );
}

// The words of the page where it was allowed (api/pages/words.py).
function allowed(scope: string): string {
  const words: Record<string, string> = {
    openid: t`vous reconnaître d’une visite à l’autre, par un identifiant qui n’est connu que de lui`,
    profile: t`connaître votre identité`,
    email: t`connaître votre adresse e-mail`,
    phone: t`connaître votre téléphone`,
    address: t`connaître votre adresse postale`,
    contracts: t`connaître vos contrats`,
    legal_identity: t`savoir à quel titre vous agissez`,
    offline_access: t`garder cet accès en votre absence, pendant six mois au plus`,
    account: t`gérer votre compte à votre place : profil, contrats, appareils connectés`,
  };
  return words[scope] ?? t`utiliser l’accès « ${scope} »`;
}
