// Opening an account: the commune where no address says whose, the proof, then the form. Each step is an entry of the
// history, so that « back » means what it says; what was given is kept in src/registration.ts.

import { t } from "@lingui/core/macro";
import { useEffect } from "preact/hooks";
import { Link } from "../components/button";
import { CommuneSearch } from "../components/commune-search";
import { CommuneOperators, later } from "../components/later";
import { Loaded, useAsk } from "../components/loaded";
import { Notice } from "../components/notice";
import { ProofForm, type Shown } from "../components/proof-form";
import { Screen } from "../components/screen";
import { Waiting } from "../components/waiting";
import { Registering, type Proven } from "../documents/register";
import type { OperatorFacts } from "../documents/shared";
import * as registration from "../registration";
import { go, operatorPath, signInPath, type Visit } from "../router";
import type { ProofMethod } from "../schema";
import { dress, wear } from "../theme/dress";
import { keyless, UnknownOperator } from "./operators";

export default function Register(visit: Visit) {
  const { query, carried } = visit;
  const slug = query.get("operator") ?? carried.operator ?? dress.value?.slug;
  if (slug) return <WithOperator {...visit} slug={slug} />;
  if (query.get("commune")) {
    return <CommuneOperators visit={visit} name="register-operator" onward={(operator) => onward(visit, operator)} />;
  }
  const { key } = carried;
  return (
    <Screen name="register-commune" title={t`Ouverture de mon compte`}>
      {key && (
        <Notice>
          <p>{t`Votre clé ${key} sera déjà inscrite.`}</p>
        </Notice>
      )}
      <p>{t`Cherchez d’abord votre commune : vous saurez qui gère votre contrat.`}</p>
      <CommuneSearch {...visit} />
      <section class="aside">
        <h2>{t`J’ai déjà un compte`}</h2>
        <p>
          <Link to={signInPath(query)}>{t`Accéder à mon compte`}</Link>
        </p>
      </section>
    </Screen>
  );
}

// Who holds a key has nothing to choose any more.
function onward({ query, carried }: Visit, { slug }: OperatorFacts) {
  if (!carried.key) return { to: operatorPath(slug, query) };
  return { to: `/register?${new URLSearchParams({ ...without(query, "commune"), operator: slug })}`, carried };
}

function without(query: URLSearchParams, ...names: string[]): Record<string, string> {
  return Object.fromEntries([...query].filter(([name]) => !names.includes(name)));
}

function WithOperator(visit: Visit & { slug: string }) {
  const asked = useAsk(Registering, { slug: visit.slug });
  return (
    <Loaded of={asked} screen={{ name: "register", title: t`Ouverture de mon compte` }}>
      {({ me, pendingRegistration, operator }) => {
        if (!operator) return <UnknownOperator />;
        if (me) return <AlreadyIn {...visit} />;
        return <Steps visit={visit} operator={operator} pending={pendingRegistration} />;
      }}
    </Loaded>
  );
}

// Whoever is signed in adds the contract to the account.
function AlreadyIn({ slug, query, carried }: Visit & { slug: string }) {
  const by = query.get("by");
  const asked = new URLSearchParams({ operator: slug, ...(by && { by }) });
  useEffect(() => go(`/account/add-contract?${asked}`, { replace: true, carried }), []);
  return null;
}

interface StepProps {
  visit: Visit;
  operator: OperatorFacts;
  pending: Registering["pendingRegistration"];
}

function Steps({ visit, operator, pending }: StepProps) {
  useEffect(() => wear(operator), [operator]);
  const begun = registration.find();
  const { query, carried } = visit;
  if (carried.step === "form" && begun?.proof.operator.slug === operator.slug) {
    return <Form begun={begun} query={query} />;
  }
  return <Proof visit={visit} operator={operator} pending={pending} />;
}

// The form weighs as much as all before it: it comes while the proof is typed.
const form = () => import("../components/registration-form").then((module) => module.RegistrationForm);
const Form = later(form);

function Proof({ visit: { query, carried }, operator, pending }: StepProps) {
  const method = chosen(operator, query.get("by"), carried.key);
  const former = registration.find()?.shown;
  useEffect(() => {
    if (!method) go(operatorPath(operator.slug, query), { replace: true });
  }, [method]);
  useEffect(() => void form().catch(() => undefined), []);
  if (!method) return null;

  function proven(proof: Proven, shown: Shown) {
    const draft = JSON.stringify(shown) === JSON.stringify(former) ? registration.find()?.draft : undefined;
    registration.keep({ proof, shown, draft: draft ?? {} });
    const kept = new URLSearchParams({ ...Object.fromEntries(query), operator: operator.slug });
    go(`/register?${kept}`, { carried: { step: "form" } });
  }

  const isKey = method === "ACTIVATION_KEY";
  return (
    <Screen
      name={isKey ? "register" : "register-contract"}
      title={isKey ? t`Saisissez votre clé d’activation` : t`Votre contrat et votre compteur`}
      step={t`Ouverture de mon compte, étape 1 sur 3`}
    >
      <Waiting pending={pending} />
      <p>{isKey ? aboutKeys() : aboutContracts()}</p>
      <ProofForm
        operator={operator}
        method={method}
        begun={{ ...former, ...(carried.key ? { activationKey: carried.key } : {}) }}
        proven={proven}
        aside={<Link to={operatorPath(operator.slug, query)} look="quiet">{t`Annuler`}</Link>}
      />
      <OtherWays operator={operator} method={method} query={query} />
    </Screen>
  );
}

const aboutKeys = () =>
  t`Saisissez ci-dessous la clé d’activation de votre compte qui vous a été transmise par votre collectivité, inscrite sur une facture ou tout autre document personnel.`;

const aboutContracts = () =>
  t`Pour pouvoir créer votre compte, il faut renseigner un numéro de contrat (7 chiffres sans la lettre) et le numéro du compteur correspondant (présents sur les factures).`;

// What the person chose, or holds, among what the operator asks for; its first way otherwise.
function chosen({ proofMethods }: OperatorFacts, by: string | null, key?: string): ProofMethod | undefined {
  const wanted = by === "contract" ? "CONTRACT_AND_METER" : by === "key" || key ? "ACTIVATION_KEY" : undefined;
  return proofMethods.find((method) => method === wanted) ?? proofMethods[0];
}

function OtherWays({ operator, method, query }: { operator: OperatorFacts; method: ProofMethod; query: URLSearchParams }) {
  const { slug, name, proofMethods, acceptsRequests } = operator;
  const to = (path: string, more = {}) => {
    return `${path}?${new URLSearchParams({ ...without(query, "by"), operator: slug, ...more })}`;
  };
  const other = proofMethods.find((one) => one !== method);
  return (
    <section class="aside">
      <p>{t`Votre contrat est géré par : ${name}.`}</p>
      <ul class="ways">
        {other === "CONTRACT_AND_METER" && (
          <li>
            <Link to={to("/register", { by: "contract" })}>{t`J’ai une facture`}</Link>
          </li>
        )}
        {other === "ACTIVATION_KEY" && (
          <li>
            <Link to={to("/register", { by: "key" })}>{t`J’ai une clé d’activation`}</Link>
          </li>
        )}
        {acceptsRequests && (
          <li>
            <Link to={to("/request")}>{keyless(operator)}</Link>
          </li>
        )}
        <li>
          <Link to={to("/register", { operator: "" })}>{t`Choisir une autre commune`}</Link>
        </li>
        <li>
          <Link to={signInPath(query)}>{t`J’ai déjà un compte`}</Link>
        </li>
      </ul>
    </section>
  );
}
