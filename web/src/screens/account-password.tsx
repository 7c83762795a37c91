// Another password; the other devices are signed out by it.

import { t } from "@lingui/core/macro";
import { useState } from "preact/hooks";
import { Link } from "../components/button";
import { Form } from "../components/form";
import { useAsk } from "../components/loaded";
import { Own, OwnScreen, withPassword } from "../components/own";
import { NewPassword, PasswordField, Username } from "../components/password-field";
import { ChangePassword, MyPassword } from "../documents/account";
import type { ChangePasswordInput } from "../schema";
import { perform } from "../server";

export default function AccountPassword() {
  const asked = useAsk(MyPassword, {});
  const [changed, setChanged] = useState(false);
  const title = t`Changer de mot de passe`;
  async function change(input: ChangePasswordInput) {
    await withPassword("currentPassword", perform(ChangePassword, input));
    setChanged(true);
  }
  if (changed) return <Changed />;
  return (
    <Own of={asked} name="account-password" title={title}>
      {({ email }, { passwordPolicy }) => (
        <OwnScreen name="account-password" title={title}>
          <p>{t`Vos autres appareils seront déconnectés.`}</p>
          <Form<ChangePasswordInput> label={t`Valider`} submit={change}>
            <Username email={email} />
            <PasswordField name="currentPassword" label={t`Mot de passe actuel`} />
            <NewPassword name="newPassword" label={t`Nouveau mot de passe`} policy={passwordPolicy} />
          </Form>
          <p>
            <Link to="/forgot">{t`J’ai oublié mon mot de passe`}</Link>
          </p>
        </OwnScreen>
      )}
    </Own>
  );
}

function Changed() {
  return (
    <OwnScreen name="account-password-changed" title={t`Votre mot de passe a été mis à jour.`}>
      <p>{t`Vos autres appareils sont déconnectés, et un e-mail vous confirme ce changement.`}</p>
      <p>
        <Link to="/account" look="main">{t`Revenir à mon compte`}</Link>
      </p>
    </OwnScreen>
  );
}
