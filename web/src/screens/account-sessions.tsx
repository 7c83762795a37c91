// Where the account is signed in. Another browser is signed out from here; this one by « Me déconnecter ».

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { Certain } from "../components/certain";
import { useAsk } from "../components/loaded";
import { Own, OwnScreen } from "../components/own";
import { rich } from "../components/rich";
import { focusTitle } from "../components/screen";
import { MySessions, RevokeSession } from "../documents/account";
import { deviceName } from "../device";
import { when } from "../i18n";
import { perform } from "../server";

type Session = NonNullable<MySessions["me"]>["sessions"][number];

export default function AccountSessions() {
  const asked = useAsk(MySessions, {});
  const title = t`Mes appareils connectés`;
  async function end(id: string) {
    const { message } = await perform(RevokeSession, { id });
    asked.again();
    focusTitle();
    return message;
  }
  return (
    <Own of={asked} name="account-sessions" title={title}>
      {({ sessions }) => (
        <OwnScreen name="account-sessions" title={title}>
          <p>{t`Votre compte est ouvert sur ces appareils. Vous ne reconnaissez pas l’un d’eux ? Déconnectez-le.`}</p>
          <ul class="cards">
            {sessions.map((session) => (
              <li key={session.id}>
                <Device session={session} end={() => end(session.id)} />
              </li>
            ))}
          </ul>
          <p>
            {rich(t`Pour les déconnecter tous, sauf celui-ci, <password>changez de mot de passe</password>.`, {
              password: (words) => <Link to="/account/password">{words}</Link>,
            })}
          </p>
        </OwnScreen>
      )}
    </Own>
  );
}

function Device({ session, end }: { session: Session; end: () => Promise<string> }) {
  const name = deviceName(session.userAgent);
  const since = when(session.createdAt);
  const seen = when(session.lastSeenAt);
  const id = `session-${session.id}`;
  return (
    <>
      <h2 id={id}>{name}</h2>
      {session.current && <p class="tag">{t`Cet appareil`}</p>}
      <p class="hint">{t`Connecté depuis le ${since}`}</p>
      {!session.current && (
        <>
          <p class="hint">{t`Dernière activité le ${seen}`}</p>
          <Certain
            label={t`Déconnecter`}
            question={t`Il faudra votre mot de passe pour s’y connecter à nouveau.`}
            confirm={t`Oui, déconnecter`}
            press={end}
            about={id}
          />
        </>
      )}
    </>
  );
}
