// Another address: asked for with the password, and used once the link that goes there was followed.

import { t } from "@lingui/core/macro";
import { useEffect } from "preact/hooks";
import { Link } from "../components/button";
import { isOf } from "../components/confirmed";
import { ExpectedMail } from "../components/expected-mail";
import { Form } from "../components/form";
import { useAsk } from "../components/loaded";
import { Own, OwnScreen, withPassword } from "../components/own";
import { PasswordField, Username } from "../components/password-field";
import { EmailField } from "../components/text-field";
import { ChangeEmail, MyEmail, type ChangeEmail as Requested } from "../documents/account";
import * as emailChange from "../email-change";
import { when } from "../i18n";
import { go, type Visit } from "../router";
import type { ChangeEmailInput } from "../schema";
import { perform } from "../server";

interface Sent extends Requested {
  from: string;
  to: string;
}

export default function AccountEmail({ carried }: Visit) {
  const asked = useAsk(MyEmail, {});
  const sent: Sent | null = carried.sent ? JSON.parse(carried.sent) : null;
  useOnReturn(asked.again);
  const title = t`Changer d’adresse e-mail`;
  return (
    <Own of={asked} name="account-email" title={title}>
      {(me) => {
        const { email } = me;
        if (sent && isOf(me, sent.to)) return <Changed email={email} />;
        // Somebody else may have signed in since.
        return email === sent?.from ? <Waiting sent={sent} /> : <Ask email={email} title={title} />;
      }}
    </Own>
  );
}

// Whoever comes back from the mailbox sees at once that the address was confirmed there.
function useOnReturn(again: () => void) {
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && again();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  });
}

function Ask({ email, title }: { email: string; title: string }) {
  async function change(input: ChangeEmailInput) {
    const requested = await withPassword("password", perform(ChangeEmail, input));
    const change = { from: email, to: input.newEmail };
    emailChange.keep({ ...change, until: requested.expiresAt });
    go("/account/email", { carried: { sent: JSON.stringify({ ...requested, ...change }) } });
  }
  return (
    <OwnScreen name="account-email" title={title}>
      <p>{t`Vous vous connectez avec l’adresse ${email}. Elle reste la vôtre jusqu’à ce que la nouvelle soit confirmée.`}</p>
      <Form<ChangeEmailInput> label={t`Valider`} submit={change}>
        <EmailField name="newEmail" label={t`Nouvelle adresse e-mail`} />
        <Username email={email} />
        <PasswordField label={t`Votre mot de passe, pour confirmer`} />
      </Form>
    </OwnScreen>
  );
}

function Waiting({ sent: { from, to, mail, expiresAt } }: { sent: Sent }) {
  const until = when(expiresAt);
  return (
    <OwnScreen name="account-email-sent" title={t`Consultez votre messagerie`}>
      <p>{t`Un e-mail a été envoyé à votre nouvelle adresse, ${to}. Cliquez sur le lien qu’il contient pour la confirmer.`}</p>
      <ExpectedMail mail={mail} to={to} />
      <p>{t`Ce lien est valable jusqu’au ${until}. D’ici là, continuez de vous connecter avec ${from}.`}</p>
      <section class="aside">
        <h2>{t`Je n’ai rien reçu`}</h2>
        <p>{t`Vérifiez que cet e-mail n’est pas arrivé dans votre dossier « Courriers indésirables » ou « Spam », et que l’adresse est la bonne.`}</p>
        <p>
          <Link to="/account/email">{t`L’adresse est fausse ? Recommencer`}</Link>
        </p>
      </section>
    </OwnScreen>
  );
}

function Changed({ email }: { email: string }) {
  return (
    <OwnScreen name="account-email-changed" title={t`Votre adresse e-mail a été modifiée.`}>
      <p>{t`Vous vous connectez désormais avec ${email}. Votre ancienne adresse en a été avertie.`}</p>
      <p>
        <Link to="/account" look="main">{t`Revenir à mon compte`}</Link>
      </p>
    </OwnScreen>
  );
}
