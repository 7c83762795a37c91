// Seed 004, « Mot de passe oublié »: the same answer whatever is true.

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { ExpectedMail } from "../components/expected-mail";
import { Form } from "../components/form";
import { Notice } from "../components/notice";
import { ProofOfWork, useProof } from "../components/proof-of-work";
import { Screen } from "../components/screen";
import { EmailField } from "../components/text-field";
import { RequestPasswordReset } from "../documents/mailed-link";
import { go, type Visit } from "../router";
import type { RequestPasswordResetInput } from "../schema";
import { perform } from "../server";

export default function Forgot({ carried: { email = "", subject, language = "" } }: Visit) {
  return subject ? <Sent email={email} mail={{ subject, language }} /> : <Ask email={email} />;
}

function Ask({ email }: { email: string }) {
  const proof = useProof();
  async function request(input: RequestPasswordResetInput) {
    const { mail } = await perform(RequestPasswordReset, input, proof);
    go("/forgot", { carried: { email: input.email, ...mail } });
  }
  return (
    <Screen name="forgot" title={t`Mot de passe oublié ?`}>
      <p>{t`Saisissez l’adresse e-mail que vous avez renseignée sur votre compte : vous y recevrez un lien, valable une heure, pour choisir un nouveau mot de passe.`}</p>
      <Form<RequestPasswordResetInput> label={t`Valider`} begun={proof.begin} submit={request}>
        <EmailField autocomplete="username" value={email} />
        <ProofOfWork proof={proof} />
      </Form>
      <p>
        <Link to="/sign-in">{t`Revenir à la connexion`}</Link>
      </p>
    </Screen>
  );
}

function Sent({ email, mail }: { email: string; mail: RequestPasswordReset["mail"] }) {
  return (
    <Screen name="forgot-sent" title={t`Consultez votre messagerie`}>
      <Notice kind="good">
        <p>{t`Si votre compte existe, un e-mail vous a été adressé. Il contient toutes les informations nécessaires.`}</p>
      </Notice>
      <p>{t`Voici l’e-mail à chercher :`}</p>
      <ExpectedMail mail={mail} to={email} />
      <p>{t`Son lien est valable une heure.`}</p>
      <section class="aside">
        <h2>{t`Je n’ai rien reçu`}</h2>
        <p>{t`Vérifiez que cet e-mail n’est pas arrivé dans votre dossier « Courriers indésirables » ou « Spam », et que l’adresse est la bonne.`}</p>
        <p>
          <Link to="/forgot" carried={{ email }}>{t`Corriger l’adresse ou recommencer`}</Link>
        </p>
      </section>
    </Screen>
  );
}
