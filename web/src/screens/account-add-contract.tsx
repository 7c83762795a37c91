// One more contract for the account: whose it is, then the key, or the contract and the meter.

import { t } from "@lingui/core/macro";
import { useEffect } from "preact/hooks";
import { Link } from "../components/button";
import { PostalAddress } from "../components/contract";
import { CommuneSearch } from "../components/commune-search";
import { Form } from "../components/form";
import { CommuneOperators } from "../components/later";
import { useAsk } from "../components/loaded";
import { Own, OwnScreen } from "../components/own";
import { prove, ProofForm, type Shown } from "../components/proof-form";
import { AddContract, MyOperators } from "../documents/account";
import { Registering, type Proven } from "../documents/register";
import type { OperatorFacts } from "../documents/shared";
import { go, type Visit } from "../router";
import type { ProofMethod } from "../schema";
import { isRefusal, perform } from "../server";
import { wear } from "../theme/dress";
import { UnknownOperator } from "./operators";

const PATH = "/account/add-contract";
const title = () => t`Ajouter un contrat`;
const to = (operator: string, by?: string) => `${PATH}?${new URLSearchParams({ operator, ...(by && { by }) })}`;

export default function AddContractScreen(visit: Visit) {
  const operator = visit.query.get("operator");
  if (operator) return <WithOperator visit={visit} slug={operator} />;
  if (!visit.query.get("commune")) return <Whose {...visit} />;
  return (
    <CommuneOperators
      visit={visit}
      name="account-add-contract-operator"
      onward={({ slug }) => ({ to: to(slug), carried: visit.carried })}
    />
  );
}

// Most often the operator of the first contract; any other by its commune.
function Whose(visit: Visit) {
  const asked = useAsk(MyOperators, {});
  return (
    <Own of={asked} name="account-add-contract-commune" title={title()}>
      {({ contracts }) => {
        const known = new Map(contracts.map(({ operator }) => [operator.slug, operator.name]));
        return (
          <OwnScreen name="account-add-contract-commune" title={title()}>
            <p>{t`Qui gère ce contrat ?`}</p>
            {known.size > 0 && (
              <ul class="choices">
                {[...known].map(([slug, name]) => (
                  <li key={slug}>
                    <Link to={to(slug)}>
                      <span>{name}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            )}
            {known.size > 0 && <h2>{t`Dans une autre commune`}</h2>}
            <CommuneSearch {...visit} />
          </OwnScreen>
        );
      }}
    </Own>
  );
}

function WithOperator({ visit, slug }: { visit: Visit; slug: string }) {
  const asked = useAsk(Registering, { slug });
  return (
    <Own of={asked} name="account-add-contract" title={title()}>
      {({ email }, { operator }) =>
        operator ? <Steps visit={visit} operator={operator} email={email} /> : <UnknownOperator />
      }
    </Own>
  );
}

interface Found {
  /** Whose account it is for. */
  email: string;
  proof: Proven;
  shown: Shown;
}

interface StepProps {
  visit: Visit;
  operator: OperatorFacts;
  email: string;
}

function Steps(props: StepProps) {
  const { visit, operator, email } = props;
  useEffect(() => wear(operator), [operator]);
  const found: Found | null = visit.carried.found ? JSON.parse(visit.carried.found) : null;
  // Somebody else may have signed in since.
  return found?.email === email ? <Confirm found={found} /> : <Proof {...props} />;
}

function Proof({ visit: { query, carried }, operator, email }: StepProps) {
  const { proofMethods, slug, name } = operator;
  const wanted: ProofMethod = query.get("by") === "contract" && !carried.key ? "CONTRACT_AND_METER" : "ACTIVATION_KEY";
  const method = proofMethods.includes(wanted) ? wanted : proofMethods[0];
  const other = proofMethods.find((one) => one !== method);

  // A key tells the address of its contract, which can then be recognised; two numbers tell nothing.
  async function proven(proof: Proven, shown: Shown) {
    const found: Found = { email, proof, shown };
    if (proof.subscriber) go(to(slug), { carried: { found: JSON.stringify(found) } });
    else await link(found);
  }

  return (
    <OwnScreen name="account-add-contract" title={title()}>
      <p>{t`Votre contrat est géré par : ${name}.`}</p>
      {method ? (
        <ProofForm key={method} operator={operator} method={method} begun={carried.key ? { activationKey: carried.key } : {}} proven={proven} />
      ) : (
        <p>{t`Ce service n’ouvre pas de compte ici.`}</p>
      )}
      <section class="aside">
        <ul class="ways">
          {other && (
            <li>
              <Link to={to(slug, other === "ACTIVATION_KEY" ? "key" : "contract")}>
                {other === "ACTIVATION_KEY" ? t`J’ai une clé d’activation` : t`J’ai une facture`}
              </Link>
            </li>
          )}
          <li>
            <Link to={PATH}>{t`Ce contrat est géré par un autre service`}</Link>
          </li>
        </ul>
      </section>
    </OwnScreen>
  );
}

// A contract cannot be taken out of an account by oneself: it is recognised first.
function Confirm({ found }: { found: Found }) {
  const { operator, subscriber } = found.proof;
  const named = [subscriber?.organizationName, subscriber?.givenName, subscriber?.familyName].filter(Boolean).join(" ");
  return (
    <OwnScreen name="account-add-contract-found" title={t`Est-ce bien votre contrat ?`}>
      <ul class="cards">
        <li>
          <h2>{operator.name}</h2>
          {named && <p>{named}</p>}
          {subscriber?.address && <PostalAddress address={subscriber.address} />}
        </li>
      </ul>
      <Form
        label={t`Ajouter ce contrat`}
        submit={() => link(found)}
        aside={<Link to={to(operator.slug)}>{t`Ce n’est pas le mien`}</Link>}
      />
    </OwnScreen>
  );
}

// Looking at it took longer than a proof lives: what was shown is shown again, and nobody notices.
async function link({ proof, shown }: Found): Promise<void> {
  try {
    await perform(AddContract, { proofToken: proof.proofToken });
  } catch (error) {
    if (!isRefusal(error, "PROOF_EXPIRED")) throw error;
    const { proofToken } = await prove(proof.operator.slug, shown);
    await perform(AddContract, { proofToken });
  }
  go("/account", { replace: true, carried: { done: "contract" } });
}
