// Closing the account: what it means, the password, and what comes of it.

import { t } from "@lingui/core/macro";
import { useState } from "preact/hooks";
import { Link } from "../components/button";
import { Form } from "../components/form";
import { useAsk } from "../components/loaded";
import { Own, OwnScreen, withPassword } from "../components/own";
import { PasswordField, Username } from "../components/password-field";
import { Screen } from "../components/screen";
import { CloseAccount, MyEmail } from "../documents/account";
import * as emailChange from "../email-change";
import { when } from "../i18n";
import type { CloseAccountInput } from "../schema";
import { perform } from "../server";
import { wear } from "../theme/dress";

export default function AccountClose() {
  const asked = useAsk(MyEmail, {});
  const [erasedAt, setErasedAt] = useState("");
  const title = t`Fermer mon compte`;
  async function close(input: CloseAccountInput) {
    const closed = await withPassword("password", perform(CloseAccount, input));
    emailChange.forget();
    wear(null);
    setErasedAt(closed.erasedAt);
  }
  if (erasedAt) return <Closed erasedAt={erasedAt} />;
  return (
    <Own of={asked} name="account-close" title={title}>
      {({ email }) => (
        <OwnScreen name="account-close" title={title}>
          <p>{t`Dès que vous aurez fermé votre compte :`}</p>
          <ul>
            <li>{t`vous serez déconnecté partout, et l’adresse ${email} ne permettra plus de se connecter ;`}</li>
            <li>{t`les services connectés n’y auront plus accès ;`}</li>
            <li>{t`vos contrats pourront être rattachés à un autre compte ;`}</li>
            <li>{t`vos données personnelles seront effacées 30 jours plus tard.`}</li>
          </ul>
          <p>{t`Vos contrats eux-mêmes ne sont pas résiliés. Un compte fermé ne peut pas être rouvert : il faudrait en ouvrir un nouveau.`}</p>
          <Form<CloseAccountInput>
            label={t`Fermer définitivement mon compte`}
            look="danger"
            submit={close}
            aside={<Link to="/account">{t`Garder mon compte`}</Link>}
          >
            <Username email={email} />
            <PasswordField label={t`Votre mot de passe, pour confirmer`} />
          </Form>
        </OwnScreen>
      )}
    </Own>
  );
}

function Closed({ erasedAt }: { erasedAt: string }) {
  const day = when(erasedAt, "day");
  return (
    <Screen name="account-closed" title={t`Votre compte est fermé`}>
      <p>{t`Vos données personnelles seront effacées le ${day}. Un e-mail vous le confirme.`}</p>
      <p>
        <Link to="/">{t`Retour à l’accueil`}</Link>
      </p>
    </Screen>
  );
}
