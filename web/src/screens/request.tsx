// « Je demande l'ouverture de mon compte » (seed 000, step 2): no key, so an agent decides.

import { t } from "@lingui/core/macro";
import { useEffect, useState } from "preact/hooks";
import { Link } from "../components/button";
import { Consent } from "../components/consent";
import { ExpectedMail } from "../components/expected-mail";
import { CommuneSearch } from "../components/commune-search";
import { Form } from "../components/form";
import { CommuneOperators } from "../components/later";
import { Loaded, useAsk } from "../components/loaded";
import { ProfileFields } from "../components/profile-fields";
import { ProofOfWork, useProof } from "../components/proof-of-work";
import { Screen } from "../components/screen";
import { EmailField, TextField } from "../components/text-field";
import { OperatorNamed } from "../documents/find";
import { RequestAccount, Requesting } from "../documents/request";
import type { OperatorFacts } from "../documents/shared";
import { when } from "../i18n";
import { spelled } from "../phone";
import { go, type Visit } from "../router";
import type { RequestAccountInput } from "../schema";
import { ask, isRefusal, perform, Refused } from "../server";
import { dress, wear } from "../theme/dress";
import { UnknownOperator } from "./operators";

const title = () => t`Je demande l’ouverture de mon compte`;

export default function Request(visit: Visit) {
  const slug = visit.query.get("operator") ?? dress.value?.slug;
  if (visit.carried.sent) return <Sent sent={JSON.parse(visit.carried.sent)} query={visit.query} />;
  if (slug) return <WithOperator slug={slug} />;
  if (visit.query.get("commune")) {
    const onward = (operator: OperatorFacts) => ({ to: `/request?${new URLSearchParams({ operator: operator.slug })}` });
    return <CommuneOperators visit={visit} name="request-operator" onward={onward} />;
  }
  return (
    <Screen name="request-commune" title={title()}>
      <CommuneSearch {...visit} />
    </Screen>
  );
}

function WithOperator({ slug }: { slug: string }) {
  const asked = useAsk(Requesting, { slug });
  return (
    <Loaded of={asked} screen={{ name: "request", title: title() }}>
      {({ operator, me }) => {
        if (!operator) return <UnknownOperator />;
        return operator.acceptsRequests ? <Ask operator={operator} me={me} /> : <Closed operator={operator} />;
      }}
    </Loaded>
  );
}

type Filled = Omit<RequestAccountInput, "operator" | "challengeSolution">;

function Ask({ operator, me }: { operator: OperatorFacts; me: Requesting["me"] }) {
  useEffect(() => wear(operator), [operator]);
  const work = useProof();
  const [terms, setTerms] = useState(operator.termsOfService);
  const { name, slug } = operator;

  async function request(input: Filled) {
    try {
      const received = await perform(RequestAccount, { ...input, operator: slug }, work);
      const sent: Received = { ...received, email: input.email, operator: name };
      go(`/request?${new URLSearchParams({ operator: slug })}`, { replace: true, carried: { sent: JSON.stringify(sent) } });
    } catch (error) {
      if (!isRefusal(error, "TERMS_OUTDATED")) throw error;
      const { operator: now } = await ask(OperatorNamed, { slug });
      if (now) setTerms(now.termsOfService);
      const message = t`Lisez et acceptez les nouvelles conditions.`;
      throw new Refused({ ...error.refusal, faults: [{ path: ["acceptedTermsVersion"], code: "INVALID", message }] });
    }
  }

  return (
    <Screen name="request" title={title()}>
      <p>{t`Votre contrat est géré par : ${name}.`}</p>
      <p>{t`Un agent vérifiera que vous êtes abonné, puis vous répondra par e-mail.`}</p>
      <p class="hint">{t`Tous les champs sont obligatoires, sauf mention « facultatif ».`}</p>
      <Form<Filled> label={t`Envoyer ma demande`} waiting={t`Envoi de votre demande…`} begun={work.begin} kept submit={request}>
        <h2>{t`Vos informations`}</h2>
        <ProfileFields known={{ ...me, phone: spelled(me?.phone ?? null), mobile: spelled(me?.mobile ?? null) }} />
        <EmailField value={me?.email} hint={t`La réponse y sera envoyée.`} />
        <h2>{t`Votre adresse`}</h2>
        <p class="hint">{t`Celle où le service est fourni : elle aidera l’agent à trouver votre contrat.`}</p>
        <Where />
        <h2>{t`Pour aider l’agent`}</h2>
        <TextField name="contractNumber" label={t`Numéro de contrat`} hint={t`Si vous le connaissez`} optional maxlength={64} width={16} />
        <TextField name="comment" label={t`Message pour l’agent`} optional rows={4} maxlength={2000} />
        <Consent terms={terms} />
        <ProofOfWork proof={work} />
      </Form>
      <section class="aside">
        {operator.proofMethods.length > 0 && (
          <p>
            <Link to={`/operators/${slug}`}>{afterAll(operator)}</Link>
          </p>
        )}
        <p>
          <Link to="/follow">{t`Suivre une demande déjà envoyée`}</Link>
        </p>
      </section>
    </Screen>
  );
}

function afterAll({ proofMethods: [one, another] }: OperatorFacts): string {
  if (another) return t`J’ai finalement une clé ou une facture`;
  return one === "ACTIVATION_KEY" ? t`J’ai finalement une clé d’activation` : t`J’ai finalement une facture`;
}

function Where() {
  return (
    <>
      <TextField
        name="address.lines"
        label={t`Numéro et rue`}
        hint={t`Et, sur les lignes suivantes, ce qui les complète : bâtiment, lieu-dit…`}
        rows={2}
        lines
        autocomplete="street-address"
        maxlength={1000}
      />
      <TextField
        name="address.postcode"
        label={t`Code postal`}
        inputmode="numeric"
        autocomplete="postal-code"
        width={8}
        maxlength={10}
      />
      <TextField name="address.city" label={t`Commune`} autocomplete="address-level2" autocapitalize="words" maxlength={100} />
    </>
  );
}

interface Received extends RequestAccount {
  email: string;
  /** Its name. */
  operator: string;
}

interface SentProps {
  sent: Received;
  query: URLSearchParams;
}

function Sent({ sent: { reference, expiresAt, mail, email, operator }, query }: SentProps) {
  const until = when(expiresAt);
  return (
    <Screen name="request-sent" title={t`Consultez votre messagerie`}>
      <p>{t`Votre demande a bien été enregistrée. ${operator} la recevra dès que vous aurez confirmé votre adresse e-mail avec le lien qui vous a été envoyé.`}</p>
      <ExpectedMail mail={mail} to={email} />
      <p>{t`Ce lien est valable jusqu’au ${until}.`}</p>
      <h2>{t`La référence de votre demande`}</h2>
      <p class="reference">{reference}</p>
      <p>{t`Conservez-la : avec votre adresse e-mail, elle permet de savoir où en est votre demande.`}</p>
      <p>
        <Link to="/follow" carried={{ reference, email }}>{t`Suivre ma demande`}</Link>
      </p>
      <section class="aside">
        <h2>{t`Je n’ai rien reçu`}</h2>
        <p>{t`Vérifiez que cet e-mail n’est pas arrivé dans votre dossier « Courriers indésirables » ou « Spam », et que l’adresse est la bonne.`}</p>
        <p>
          <Link to={`/request?${query}`}>{t`L’adresse est fausse ? Recommencer`}</Link>
        </p>
      </section>
    </Screen>
  );
}

function Closed({ operator }: { operator: OperatorFacts }) {
  useEffect(() => wear(operator), [operator]);
  const { slug, proofMethods, supportEmail } = operator;
  return (
    <Screen name="request-closed" title={title()}>
      <p>{needed(operator)}</p>
      {supportEmail && (
        <p>
          {t`Une question ?`} <a href={`mailto:${supportEmail}`}>{supportEmail}</a>
        </p>
      )}
      {proofMethods.length > 0 && (
        <p>
          <Link to={`/operators/${slug}`} look="main">{t`Ouvrir mon compte autrement`}</Link>
        </p>
      )}
    </Screen>
  );
}

function needed({ name, proofMethods: [one, another] }: OperatorFacts): string {
  if (!one) return t`Ce service n’ouvre pas encore de compte ici.`;
  if (another) return t`${name} n’ouvre pas de compte sur demande : il faut une clé d’activation ou une facture.`;
  return one === "ACTIVATION_KEY"
    ? t`${name} n’ouvre pas de compte sur demande : il faut une clé d’activation.`
    : t`${name} n’ouvre pas de compte sur demande : il faut une facture.`;
}
