// Seed 000, step 2: « Choisissez l'une des options suivantes ». What there is to choose depends on the operator.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Link } from "../components/button";
import { Loaded, useAsk } from "../components/loaded";
import { Notice } from "../components/notice";
import { Screen } from "../components/screen";
import { OperatorNamed } from "../documents/find";
import type { OperatorFacts } from "../documents/shared";
import { signInPath, type Visit } from "../router";
import { wear } from "../theme/dress";

export default function Operators({ params, query }: Visit) {
  const asked = useAsk(OperatorNamed, { slug: params.slug ?? "" });
  return (
    <Loaded of={asked} screen={{ name: "operators", title: t`Ouverture de mon compte` }}>
      {({ operator }) => (operator ? <Options operator={operator} query={query} /> : <UnknownOperator />)}
    </Loaded>
  );
}

function Options({ operator, query }: { operator: OperatorFacts; query: URLSearchParams }) {
  useEffect(() => wear(operator), [operator]);
  const { slug, name, proofMethods, acceptsRequests } = operator;
  const ways = proofMethods.length + Number(acceptsRequests);
  const to = (path: string, more: Record<string, string> = {}) => {
    return `${path}?${new URLSearchParams({ ...Object.fromEntries(query), operator: slug, ...more })}`;
  };
  return (
    <Screen name="operators" title={t`Ouverture de mon compte`}>
      <p>{t`Votre contrat est géré par : ${name}.`}</p>
      {ways > 1 && <p class="lead">{t`Choisissez l’une des options suivantes :`}</p>}
      <ul class="cards options">
        {proofMethods.includes("ACTIVATION_KEY") && (
          <Option title={t`J’ouvre immédiatement mon compte`} to={to("/register", { by: "key" })} words={t`J’ai une clé d’activation`}>
            {t`Pour cela, je dispose d’une clé d’activation de compte, code identifiant sous la forme XXXX-XXXX-XXXX-XXXX, qui m’a été transmise par ma collectivité, inscrite sur une facture ou tout autre document personnel.`}
          </Option>
        )}
        {proofMethods.includes("CONTRACT_AND_METER") && (
          <Option title={t`J’ouvre mon compte avec une facture`} to={to("/register", { by: "contract" })} words={t`J’ai une facture`}>
            {t`Pour cela, je renseigne mon numéro de contrat et le numéro du compteur correspondant, présents sur les factures.`}
          </Option>
        )}
        {acceptsRequests && (
          <Option title={t`Je demande l’ouverture de mon compte`} to={to("/request")} words={keyless(operator)} second>
            {lacking(operator)}
          </Option>
        )}
      </ul>
      <Notice>
        <p>{advice(ways)}</p>
      </Notice>
      <Others query={query} />
    </Screen>
  );
}

function Others({ query }: { query: URLSearchParams }) {
  const again = new URLSearchParams({ ...Object.fromEntries(query), operator: "" });
  return (
    <section class="aside">
      <h2>{t`J’ai déjà un compte`}</h2>
      <p>
        <Link to={signInPath(query)}>{t`Accéder à mon compte`}</Link>
      </p>
      <p>
        <Link to={query.has("continue") ? `/register?${again}` : "/"}>{t`Choisir une autre commune`}</Link>
      </p>
    </section>
  );
}

function advice(ways: number): string {
  if (!ways) return t`Ce service n’ouvre pas encore de compte ici.`;
  return ways === 2
    ? t`Dans les deux cas, préparez votre adresse e-mail et un mot de passe. Ces informations obligatoires vous seront demandées à l’une des étapes suivantes.`
    : t`Préparez votre adresse e-mail et un mot de passe. Ces informations obligatoires vous seront demandées à l’une des étapes suivantes.`;
}

/** What the way without any proof is called. */
export function keyless({ proofMethods: [one, another] }: OperatorFacts): string {
  if (!one) return t`Demander l’ouverture de mon compte`;
  if (another) return t`Je n’ai ni clé ni facture`;
  return one === "ACTIVATION_KEY" ? t`Je n’ai pas de clé d’activation` : t`Je n’ai pas de facture`;
}

function lacking({ proofMethods: [one, another] }: OperatorFacts): string {
  if (!one) return t`Un agent étudiera ma demande.`;
  if (another) return t`Car je ne dispose ni d’une clé d’activation, ni d’une facture. Un agent étudiera ma demande.`;
  return one === "ACTIVATION_KEY"
    ? t`Car je ne dispose pas d’une clé d’activation de compte sous la forme XXXX-XXXX-XXXX-XXXX. Un agent étudiera ma demande.`
    : t`Car je ne dispose pas d’une facture. Un agent étudiera ma demande.`;
}

interface OptionProps {
  title: string;
  children: ComponentChildren;
  to: string;
  words: string;
  second?: boolean;
}

function Option({ title, children, to, words, second = false }: OptionProps) {
  return (
    <li>
      <h2>{title}</h2>
      <p>{children}</p>
      <Link to={to} look={second ? "second" : "main"}>
        {words}
      </Link>
    </li>
  );
}

export function UnknownOperator() {
  return (
    <Screen name="operators-unknown" title={t`Ce service n’est pas connu`}>
      <p>{t`L’adresse de cette page ne désigne aucun service. Cherchez le vôtre à partir de votre commune.`}</p>
      <p>
        <Link to="/" look="main">{t`Choisir ma commune`}</Link>
      </p>
    </Screen>
  );
}
