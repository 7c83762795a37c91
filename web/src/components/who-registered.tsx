// Whoever received a link by mistake, or because of a stranger, can tell before clicking.

import { t } from "@lingui/core/macro";
import { DisownRegistration } from "../documents/mailed-link";
import { when } from "../i18n";
import { Action } from "./form";
import type { Seen, Usable } from "./mailed-link";
import { Notice } from "./notice";
import { Screen } from "./screen";

/** Who began the registration behind a link: initials, town, moment. */
export function WhoRegistered({ registration }: { registration: NonNullable<Seen["registration"]> }) {
  const { initials, city, begunAt } = registration;
  return (
    <dl class="facts">
      <dt>{t`Initiales`}</dt>
      <dd>{initials}</dd>
      {city && (
        <>
          <dt>{t`Commune du contrat`}</dt>
          <dd>{city}</dd>
        </>
      )}
      <dt>{t`Date de l’inscription`}</dt>
      <dd>{when(begunAt)}</dd>
    </dl>
  );
}

/** Said where another browser registered. */
export function NotHere({ registration }: { registration: NonNullable<Seen["registration"]> }) {
  return (
    <Notice title={t`Est-ce bien votre inscription ?`}>
      <p>{t`Elle a été faite dans un autre navigateur ou sur un autre appareil :`}</p>
      <WhoRegistered registration={registration} />
      <p>{t`Le compte s’ouvrira avec le mot de passe choisi à ce moment-là. Si ce n’est pas vous, ne confirmez pas.`}</p>
    </Notice>
  );
}

/** « Ce n'est pas moi »: the registration is void. */
export function Disown({ name, label, usable }: { name: string; label: string; usable: Usable }) {
  const { token, use, settle } = usable;
  async function disown() {
    await use(DisownRegistration, { token });
    settle(() => <Disowned name={name} />);
  }
  return <Action label={label} press={disown} look="danger" />;
}

function Disowned({ name }: { name: string }) {
  return (
    <Screen name={`${name}-disowned`} title={t`Cette inscription est annulée`}>
      <Notice kind="good">
        <p>{t`Merci. Cette inscription est annulée et rien n’a été créé à votre nom.`}</p>
      </Notice>
      <p>{t`Vous pouvez fermer cette page.`}</p>
    </Screen>
  );
}
