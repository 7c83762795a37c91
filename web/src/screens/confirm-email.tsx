// The link sent to a new address.

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { isOf, SignIn } from "../components/confirmed";
import { Form } from "../components/form";
import { LinkFacts, MailedLink, type Usable, type Worth } from "../components/mailed-link";
import { Notice } from "../components/notice";
import { Screen } from "../components/screen";
import { MyEmail } from "../documents/account";
import { ConfirmEmailChange } from "../documents/mailed-link";
import type { Visit } from "../router";
import { ask } from "../server";

export default function ConfirmEmail({ carried }: Visit) {
  const title = t`Confirmer ma nouvelle adresse`;
  return (
    <MailedLink name="confirm-email" title={title} token={carried.token} purposes={["CHANGE_EMAIL"]} broken={broken}>
      {(usable) => <Offer title={title} usable={usable} />}
    </MailedLink>
  );
}

function Offer({ title, usable: { token, link, use, settle } }: { title: string; usable: Usable }) {
  async function confirm() {
    const { email } = await use(ConfirmEmailChange, { token });
    // Another account may be signed in here, which has another address still.
    const now = await ask(MyEmail, {}).catch(() => null);
    settle(() => <Changed email={email} isSignedIn={isOf(now?.me, email)} />);
  }
  return (
    <Screen name="confirm-email" title={title}>
      <p>{t`Vous vous connecterez désormais avec cette adresse ; l’ancienne en sera avertie.`}</p>
      <Form label={t`Utiliser cette adresse`} submit={confirm} />
      <p>{t`Vous n’avez rien demandé ? Fermez cette page : rien ne changera.`}</p>
      <LinkFacts link={link} />
    </Screen>
  );
}

function Changed({ email, isSignedIn }: { email: string; isSignedIn: boolean }) {
  return (
    <Screen name="confirm-email-done" title={t`Votre nouvelle adresse est en service`}>
      <Notice kind="good">
        <p>{t`Votre adresse e-mail a été modifiée.`}</p>
      </Notice>
      <p>{t`Vous vous connectez désormais avec ${email}.`}</p>
      <p>{isSignedIn ? <Link to="/account" look="main">{t`Voir mon compte`}</Link> : <SignIn email={email} look="main" />}</p>
    </Screen>
  );
}

const broken = (worth: Worth) => ({
  words: worth === "USED" ? t`Si vous avez déjà confirmé votre nouvelle adresse, connectez-vous avec elle. Sinon, ouvrez le lien du dernier e-mail reçu.` : undefined,
  ways: (
    <>
      {worth === "EXPIRED" && <p>{t`Votre adresse n’a pas changé. Connectez-vous pour recommencer.`}</p>}
      <p>
        <SignIn look="main" />
      </p>
    </>
  ),
});
