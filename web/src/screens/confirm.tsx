// Seed 000, step 7; seed 004, step 4: the link of the confirmation e-mail.

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { CameSecond, Confirmed, isOf, SignIn } from "../components/confirmed";
import { Form } from "../components/form";
import { LinkFacts, MailedLink, type Broken, type Seen, type Usable, type Worth } from "../components/mailed-link";
import { Screen } from "../components/screen";
import { Disown, NotHere } from "../components/who-registered";
import { ConfirmRegistration } from "../documents/check-mail";
import type { Visit } from "../router";
import { isRefusal } from "../server";

export default function Confirm({ carried }: Visit) {
  const title = t`Confirmer mon adresse e-mail`;
  return (
    <MailedLink name="confirm" title={title} token={carried.token} purposes={["CONFIRM_REGISTRATION"]} broken={broken}>
      {(usable) => <Offer title={title} usable={usable} />}
    </MailedLink>
  );
}

function Offer({ title, usable }: { title: string; usable: Usable }) {
  const { token, link, me, use, settle } = usable;
  const isElsewhere = link.registration?.here === false;
  async function confirm() {
    try {
      const { email, signedIn, wayBack } = await use(ConfirmRegistration, { token });
      settle(() => (
        <Confirmed name="confirm-done" email={email} isSignedIn={signedIn || isOf(me, email)} wayBack={wayBack}>
          {isElsewhere && <p class="hint">{t`La page où vous vous êtes inscrit avance d’elle-même.`}</p>}
        </Confirmed>
      ));
    } catch (error) {
      if (!isRefusal(error, "CONFLICT")) throw error;
      settle(() => <CameSecond name="confirm-conflict" message={error.message} />);
    }
  }
  return (
    <Screen name="confirm" title={title}>
      <p>{t`L’ouverture d’un compte a été demandée avec cette adresse. Si c’est vous, confirmez-la.`}</p>
      {isElsewhere && link.registration && <NotHere registration={link.registration} />}
      <div class="together">
        <Form label={t`Confirmer mon adresse`} submit={confirm} />
        {isElsewhere && <Disown name="confirm" label={t`Ce n’est pas moi`} usable={usable} />}
      </div>
      <LinkFacts link={link} />
      {!isElsewhere && (
        <section class="aside">
          <h2>{t`Vous n’avez rien demandé ?`}</h2>
          <p>{t`Annulez cette inscription : rien ne sera créé à votre nom.`}</p>
          <Disown name="confirm" label={t`Ce n’est pas moi`} usable={usable} />
        </section>
      )}
    </Screen>
  );
}

function broken(worth: Worth, link: Seen | null): Broken {
  const register = link?.operator ? `/operators/${link.operator.slug}` : "/register";
  if (worth === "EXPIRED") {
    return {
      words: t`Ce lien n’était valable que 48 heures. Vous devez recommencer la procédure ; votre clé ou votre contrat peut servir à nouveau.`,
      ways: (
        <p>
          <Link to={register} look="main">{t`Recommencer mon inscription`}</Link>
        </p>
      ),
    };
  }
  const ways = (
    <>
      <p>
        <SignIn look="main" />
      </p>
      <p>
        <Link to="/check-mail">{t`Recevoir un nouvel e-mail de confirmation`}</Link>
      </p>
    </>
  );
  if (worth === "UNKNOWN") return { ways };
  return {
    words: t`Si vous avez confirmé votre adresse, connectez-vous. Sinon, ouvrez le lien du dernier e-mail reçu.`,
    ways,
  };
}
