// Seed 000, step 5: « Mes informations », filled with what the operator knows.

import { t } from "@lingui/core/macro";
import { useState } from "preact/hooks";
import { Link } from "../components/button";
import { Checkbox } from "../components/choice-field";
import { Form } from "../components/form";
import { Loaded, useAsk } from "../components/loaded";
import { NewPassword } from "../components/password-field";
import { ProfileFields } from "../components/profile-fields";
import { ProofOfWork, useProof } from "../components/proof-of-work";
import { rich } from "../components/rich";
import { Screen } from "../components/screen";
import { EmailField } from "../components/text-field";
import { OperatorNamed } from "../documents/find";
import { Criteria, Register } from "../documents/register";
import * as registration from "../registration";
import { go } from "../router";
import type { RegisterInput } from "../schema";
import { ask, isRefusal, perform, Refused } from "../server";
import { prove } from "./proof-form";

interface Props {
  begun: registration.Registration;
  /** The `continue` of the address: the service that sent the person waits for them. */
  from: string | null;
}

type Filled = Omit<RegisterInput, "proofToken" | "continueWith" | "challengeSolution">;

export function RegistrationForm({ begun, from }: Props) {
  const asked = useAsk(Criteria, {});
  const work = useProof();
  const { operator, subscriber } = begun.proof;
  const [terms, setTerms] = useState(operator.termsOfService);

  function typed({ profile, email }: Filled) {
    begun.draft = { profile, email };
    registration.keep(begun);
  }

  async function register(input: Filled) {
    const given = { ...input, proofToken: begun.proof.proofToken, continueWith: from };
    const { message } = await perform(Register, given, work);
    registration.forget();
    go("/check-mail", { replace: true, carried: { message } });
  }

  async function submit(input: Filled) {
    try {
      await register(input);
    } catch (error) {
      if (isRefusal(error, "PROOF_EXPIRED")) {
        // Typing took longer than a proof lives: what was shown is shown again, and nobody notices.
        begun.proof = await prove(operator.slug, begun.shown);
        registration.keep(begun);
        return register(input);
      }
      if (isRefusal(error, "TERMS_OUTDATED")) throw await renewed(error);
      throw error;
    }
  }

  async function renewed({ refusal }: Refused): Promise<Refused> {
    const { operator: now } = await ask(OperatorNamed, { slug: operator.slug });
    if (now) setTerms(now.termsOfService);
    const message = t`Lisez et acceptez les nouvelles conditions.`;
    return new Refused({ ...refusal, faults: [{ path: ["acceptedTermsVersion"], code: "INVALID", message }] });
  }

  return (
    <Loaded of={asked} screen={{ name: "register-form", title: t`Mes informations` }}>
      {({ passwordPolicy }) => (
        <Screen name="register-form" title={t`Mes informations`} step={t`Ouverture de mon compte, étape 2 sur 3`}>
          <p>{t`Veuillez compléter les informations de votre compte présentées ci-dessous.`}</p>
          <p class="hint">{t`Tous les champs sont obligatoires, sauf ceux qui sont facultatifs.`}</p>
          <Form<Filled>
            label={t`Valider ma demande`}
            waiting={t`Envoi de votre demande…`}
            begun={work.begin}
            typed={typed}
            submit={submit}
          >
            <h2>{t`Vos informations`}</h2>
            <ProfileFields known={{ ...subscriber, ...begun.draft.profile }} />
            {subscriber?.address && <Served begun={begun} />}
            <h2>{t`Identifiants de votre compte`}</h2>
            <p>{t`Ces informations sont obligatoires et importantes. Elles vous seront systématiquement demandées lorsque vous voudrez accéder à votre compte.`}</p>
            <EmailField autocomplete="username" value={begun.draft.email} />
            <NewPassword policy={passwordPolicy} />
            <Consent terms={terms} />
            <ProofOfWork proof={work} />
          </Form>
        </Screen>
      )}
    </Loaded>
  );
}

function Served({ begun: { proof, shown } }: { begun: registration.Registration }) {
  const { lines, postcode, city } = proof.subscriber?.address ?? { lines: [], postcode: "", city: "" };
  const again = `/register?${new URLSearchParams({ operator: proof.operator.slug })}`;
  return (
    <>
      <h2>{t`Votre adresse`}</h2>
      <address>
        {[...lines, `${postcode} ${city}`].map((line) => (
          <span>{line}</span>
        ))}
      </address>
      {"activationKey" in shown && (
        <p class="hint">
          {rich(t`Ce n’est pas la vôtre ? <key>Saisissez une autre clé.</key>`, {
            key: (words) => <Link to={again}>{words}</Link>,
          })}
        </p>
      )}
    </>
  );
}

interface ConsentProps {
  terms: { version: string; url: string };
}

/** « J’accepte les conditions générales »: worth the version that was accepted. */
export function Consent({ terms: { version, url } }: ConsentProps) {
  return (
    <Checkbox
      name="acceptedTermsVersion"
      label={t`Conditions générales d’utilisation`}
      worth={version}
      must={t`Veuillez accepter les conditions générales d’utilisation.`}
    >
      {rich(t`J’accepte les <terms>conditions générales d’utilisation (nouvel onglet)</terms>`, {
        terms: (words) => (
          <Link to={url} apart>
            {words}
          </Link>
        ),
      })}
    </Checkbox>
  );
}
