// Seed 004, « Mot de passe oublié »: the link of the e-mail, and the new password.

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { SignIn } from "../components/confirmed";
import { Form } from "../components/form";
import { Loaded, useAsk } from "../components/loaded";
import { LinkFacts, MailedLink, type Usable } from "../components/mailed-link";
import { Notice } from "../components/notice";
import { NewPassword } from "../components/password-field";
import { Screen } from "../components/screen";
import { ForNewPassword, ResetPassword } from "../documents/mailed-link";
import type { Visit } from "../router";

export default function Reset({ carried }: Visit) {
  const title = t`Choisir un nouveau mot de passe`;
  return (
    <MailedLink name="reset" title={title} token={carried.token} purposes={["RESET_PASSWORD"]} broken={broken}>
      {(usable) => <Choose title={title} usable={usable} />}
    </MailedLink>
  );
}

function Choose({ title, usable: { token, link, use, settle } }: { title: string; usable: Usable }) {
  const asked = useAsk(ForNewPassword, {});
  async function choose({ password }: { password: string }) {
    await use(ResetPassword, { token, password });
    settle(() => <Changed />);
  }
  return (
    <Screen name="reset" title={title}>
      <p>{t`Il remplacera l’ancien ; vos autres appareils seront déconnectés.`}</p>
      <Loaded of={asked}>
        {({ passwordPolicy }) => (
          <Form<{ password: string }> label={t`Valider`} submit={choose}>
            <NewPassword label={t`Nouveau mot de passe`} policy={passwordPolicy} />
          </Form>
        )}
      </Loaded>
      <LinkFacts link={link} />
    </Screen>
  );
}

function Changed() {
  return (
    <Screen name="reset-done" title={t`C’est fait`}>
      <Notice kind="good">
        <p>{t`Votre mot de passe a été mis à jour.`}</p>
      </Notice>
      <p>{t`Connectez-vous avec votre nouveau mot de passe.`}</p>
      <p>
        <SignIn look="main" />
      </p>
    </Screen>
  );
}

const broken = () => ({
  ways: (
    <p>
      <Link to="/forgot" look="main">{t`Recevoir un nouveau lien`}</Link>
    </p>
  ),
});
