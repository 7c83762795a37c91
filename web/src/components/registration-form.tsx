// Seed 000, step 5: « Mes informations », filled with what the operator knows.

import { t } from "@lingui/core/macro";
import { useState } from "preact/hooks";
import { Button, Link } from "./button";
import { Consent } from "./consent";
import { Form } from "./form";
import { Loaded, useAsk } from "./loaded";
import { NewPassword } from "./password-field";
import { ProfileFields } from "./profile-fields";
import { ProofOfWork, useProof } from "./proof-of-work";
import { rich } from "./rich";
import { Screen } from "./screen";
import { EmailField } from "./text-field";
import { OperatorNamed } from "../documents/find";
import { Criteria, Register } from "../documents/register";
import * as registration from "../registration";
import { go, operatorPath } from "../router";
import type { RegisterInput } from "../schema";
import { ask, isRefusal, perform, Refused } from "../server";
import { prove } from "./proof-form";

interface Props {
  begun: registration.Registration;
  /** Of the address: its `continue` names the service that sent the person, and waits for them. */
  query: URLSearchParams;
}

type Filled = Omit<RegisterInput, "proofToken" | "continueWith" | "challengeSolution">;

export function RegistrationForm({ begun, query }: Props) {
  const asked = useAsk(Criteria, {});
  const work = useProof();
  const { operator, subscriber } = begun.proof;
  const [terms, setTerms] = useState(operator.termsOfService);

  function typed({ profile, email }: Filled) {
    begun.draft = { profile, email };
    registration.keep(begun);
  }

  function cancel() {
    registration.forget();
    go(operatorPath(operator.slug, query));
  }

  async function register(input: Filled) {
    const given = { ...input, proofToken: begun.proof.proofToken, continueWith: query.get("continue") };
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
          <p class="hint">{t`Tous les champs sont obligatoires, sauf mention « facultatif ».`}</p>
          <Form<Filled>
            label={t`Valider ma demande`}
            waiting={t`Envoi de votre demande…`}
            begun={work.begin}
            typed={typed}
            submit={submit}
            aside={<Button look="quiet" press={cancel}>{t`Annuler`}</Button>}
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
