// The link sent to the address that an account has left.

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { Form } from "../components/form";
import { LinkFacts, MailedLink, type Broken, type Usable, type Worth } from "../components/mailed-link";
import { Notice } from "../components/notice";
import { Screen } from "../components/screen";
import { UndoEmailChange } from "../documents/mailed-link";
import type { Visit } from "../router";

export default function UndoEmail({ carried }: Visit) {
  const title = t`Reprendre mon ancienne adresse`;
  return (
    <MailedLink name="undo-email" title={title} token={carried.token} purposes={["UNDO_EMAIL_CHANGE"]} broken={broken}>
      {(usable) => <Offer title={title} usable={usable} />}
    </MailedLink>
  );
}

function Offer({ title, usable: { token, link, use, settle } }: { title: string; usable: Usable }) {
  async function undo() {
    const { email } = await use(UndoEmailChange, { token });
    settle(() => <Restored email={email} />);
  }
  return (
    <Screen name="undo-email" title={title}>
      <p>{t`L’adresse de votre compte a été changée. Si ce n’est pas vous, reprenez votre ancienne adresse : tous les appareils seront déconnectés et vous recevrez un lien pour choisir un nouveau mot de passe.`}</p>
      <Form label={t`Reprendre mon ancienne adresse`} submit={undo} />
      <p>{t`C’est vous qui l’avez changée ? Fermez cette page : votre nouvelle adresse reste la bonne.`}</p>
      <LinkFacts link={link} />
    </Screen>
  );
}

function Restored({ email }: { email: string }) {
  return (
    <Screen name="undo-email-done" title={t`Votre ancienne adresse est rétablie`}>
      <Notice kind="good">
        <p>{t`L’ancien mot de passe ne fonctionne plus : choisissez-en un nouveau avec le lien qui vient d’être envoyé à ${email}.`}</p>
      </Notice>
      <p>
        <Link to="/forgot" carried={{ email }}>{t`Je n’ai pas reçu ce lien`}</Link>
      </p>
    </Screen>
  );
}

function broken(worth: Worth): Broken {
  const words = {
    EXPIRED: t`Ce lien n’était valable que 7 jours. Si vous n’avez pas demandé ce changement, contactez votre service.`,
    USED: t`Votre ancienne adresse a déjà été rétablie. S’il vous faut un nouveau mot de passe, demandez un lien.`,
    UNKNOWN: undefined,
  };
  return {
    words: words[worth],
    ways: (
      <p>
        <Link to="/forgot" look={worth === "EXPIRED" ? "second" : "main"}>{t`J’ai oublié mon mot de passe`}</Link>
      </p>
    ),
  };
}
