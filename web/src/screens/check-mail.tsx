// Seed 000, step 6; seed 004, step 4: the link is in the mailbox, and so is a code for whoever types. The tab goes on by
// itself once the address is confirmed, here or on another device.

import { t } from "@lingui/core/macro";
import { useEffect, useState } from "preact/hooks";
import { Link } from "../components/button";
import { CodeForm, Resend } from "../components/confirmation-forms";
import { CameSecond, Confirmed, isOf, SignIn } from "../components/confirmed";
import { ExpectedMail } from "../components/expected-mail";
import { Form } from "../components/form";
import { Loaded, useAsk } from "../components/loaded";
import { Notice } from "../components/notice";
import { ProofOfWork, useProof } from "../components/proof-of-work";
import { Screen } from "../components/screen";
import { EmailField } from "../components/text-field";
import { CorrectRegistrationEmail, HowFar, Waiting, type ConfirmRegistration } from "../documents/check-mail";
import { when } from "../i18n";
import { go, type Visit } from "../router";
import type { CorrectRegistrationEmailInput } from "../schema";
import { ask, perform } from "../server";
import { wear } from "../theme/dress";

type Pending = NonNullable<Waiting["pendingRegistration"]>;
type Outcome = { confirmed: ConfirmRegistration } | { conflict: string };

const BETWEEN_LOOKS = 5000;

export default function CheckMail({ carried }: Visit) {
  const asked = useAsk(Waiting, {});
  const [outcome, settle] = useState<Outcome | null>(null);
  const done = (confirmed: ConfirmRegistration) => settle({ confirmed });
  const refused = (conflict: string) => settle({ conflict });
  if (outcome) return <Settled outcome={outcome} me={asked.data?.me} />;
  if (carried.email) return <Elsewhere email={carried.email} done={done} refused={refused} />;
  return (
    <Loaded of={asked} screen={{ name: "check-mail", title: t`Consultez votre messagerie` }}>
      {({ me, pendingRegistration: pending }) => {
        if (!pending) return <WhichAddress />;
        if (pending.status === "EXPIRED") return <Expired pending={pending} />;
        if (pending.status === "CONFIRMED") return <ConfirmedElsewhere pending={pending} me={me} />;
        return <Wait pending={pending} carried={carried} moved={asked.again} done={done} refused={refused} />;
      }}
    </Loaded>
  );
}

function Settled({ outcome, me }: { outcome: Outcome; me: Waiting["me"] | undefined }) {
  if ("conflict" in outcome) return <CameSecond name="check-mail-conflict" message={outcome.conflict} />;
  const { email, signedIn, wayBack } = outcome.confirmed;
  const isSignedIn = signedIn || isOf(me, email);
  return <Confirmed name="check-mail-confirmed" email={email} isSignedIn={isSignedIn} wayBack={wayBack} />;
}

// By the link of the e-mail, in another tab or on another device.
function ConfirmedElsewhere({ pending: { email, wayBack, operator }, me }: { pending: Pending; me: Waiting["me"] }) {
  useEffect(() => wear(operator), [operator.slug]);
  return <Confirmed name="check-mail-confirmed" email={email} isSignedIn={isOf(me, email)} wayBack={wayBack} />;
}

interface Forms {
  done: (confirmed: ConfirmRegistration) => void;
  refused: (message: string) => void;
}

interface WaitProps extends Forms {
  pending: Pending;
  /** What has just been done: `message` by whoever registered, `corrected` by whoever mended the address. */
  carried: Visit["carried"];
  /** Told when the registration waits no more. */
  moved: () => void;
}

function Wait({ pending, carried, moved, done, refused }: WaitProps) {
  const { email, expiresAt, resendAvailableAt, operator, mail } = pending;
  useEffect(() => wear(operator), [operator.slug]);
  useWatch(moved);
  const limit = when(expiresAt);
  return (
    <Screen name="check-mail" title={t`Consultez votre messagerie`} step={t`Ouverture de mon compte, étape 3 sur 3`}>
      {(carried.message || carried.corrected) && (
        <Notice kind="good">
          <p>{carried.corrected ? t`L’adresse est corrigée, et un nouvel e-mail vous a été envoyé.` : created()}</p>
        </Notice>
      )}
      <p>{t`Voici l’e-mail à chercher :`}</p>
      <ExpectedMail mail={mail} to={email} />
      <p>{t`Dès que vous aurez ouvert son lien, sur cet appareil ou sur un autre, cette page avancera d’elle-même.`}</p>
      <p class="hint">{t`Le lien et le code sont valables jusqu’au ${limit}.`}</p>
      <h2>{t`Confirmer avec le code`}</h2>
      <CodeForm email={email} done={done} refused={refused} />
      <section class="aside">
        <h2>{t`Je n’ai rien reçu`}</h2>
        <p>{t`Vérifiez que cet e-mail n’est pas arrivé dans votre dossier « Courriers indésirables » ou « Spam ».`}</p>
        <Resend email={email} possibleAt={resendAvailableAt} />
        <Correct email={email} />
        <p>
          <Link to={`/operators/${operator.slug}`}>{t`Recommencer mon inscription`}</Link>
        </p>
      </section>
    </Screen>
  );
}

const created = () =>
  t`Votre compte a bien été créé. Vous devez à présent cliquer sur le lien d’activation contenu dans le mail qui vous a été envoyé.`;

// The address as it was typed, to be mended where it is wrong.
function Correct({ email }: { email: string }) {
  const work = useProof();
  async function correct(input: CorrectRegistrationEmailInput) {
    const { email: corrected } = await perform(CorrectRegistrationEmail, input, work);
    go("/check-mail", { replace: true, carried: { corrected } });
  }
  return (
    <details>
      <summary>{t`L’adresse ${email} est fausse ?`}</summary>
      <Form<CorrectRegistrationEmailInput> label={t`Corriger l’adresse`} look="second" begun={work.begin} submit={correct}>
        <EmailField label={t`La bonne adresse e-mail`} value={email} />
        <ProofOfWork proof={work} />
      </Form>
    </details>
  );
}

// Looks now and then, and at once when the person comes back from their mailbox.
function useWatch(moved: () => void) {
  useEffect(() => {
    async function look() {
      if (document.hidden) return;
      const seen = await ask(HowFar, {}).catch(() => null);
      if (seen && seen.pendingRegistration?.status !== "WAITING") moved();
    }
    const timer = setInterval(look, BETWEEN_LOOKS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [moved]);
}

function Expired({ pending: { operator } }: { pending: Pending }) {
  useEffect(() => wear(operator), [operator.slug]);
  return (
    <Screen name="check-mail-expired" title={t`Cette inscription n’attend plus`}>
      <p>{t`Elle a attendu plus de 48 heures, une autre l’a remplacée, ou elle a été annulée depuis l’e-mail.`}</p>
      <p>{t`Vous pouvez recommencer la procédure ; votre clé ou votre contrat peut servir à nouveau.`}</p>
      <p>
        <Link to={`/operators/${operator.slug}`} look="main">{t`Recommencer mon inscription`}</Link>
      </p>
      <p>
        <SignIn />
      </p>
    </Screen>
  );
}

// Another browser registered, or nobody: whatever is true, the mailbox alone knows.
function WhichAddress() {
  return (
    <Screen name="check-mail-address" title={t`Confirmer mon inscription`}>
      <p>{t`Aucune inscription n’a été commencée dans ce navigateur. Donnez l’adresse e-mail de votre inscription : vous pourrez saisir le code reçu, ou recevoir un nouvel e-mail.`}</p>
      <Form<{ email: string }> label={t`Continuer`} submit={({ email }) => go("/check-mail", { carried: { email } })}>
        <EmailField />
      </Form>
      <section class="aside">
        <h2>{t`Pas encore de compte ?`}</h2>
        <p>
          <Link to="/register">{t`Ouvrir un compte maintenant`}</Link>
        </p>
      </section>
    </Screen>
  );
}

function Elsewhere({ email, done, refused }: Forms & { email: string }) {
  return (
    <Screen name="check-mail-elsewhere" title={t`Confirmer mon inscription`}>
      <p>
        {t`Adresse de votre inscription : ${email}`}
        <br />
        <Link to="/check-mail">{t`Changer d’adresse`}</Link>
      </p>
      <h2>{t`J’ai reçu un code`}</h2>
      <CodeForm email={email} done={done} refused={refused} />
      <section class="aside">
        <h2>{t`Je n’ai rien reçu`}</h2>
        <p>{t`Vérifiez que cet e-mail n’est pas arrivé dans votre dossier « Courriers indésirables » ou « Spam ».`}</p>
        <Resend email={email} />
      </section>
    </Screen>
  );
}
