// Where a request without key has come to: told to whoever holds its reference and its address.

import { t } from "@lingui/core/macro";
import { useState } from "preact/hooks";
import { Button, Link } from "../components/button";
import { Form } from "../components/form";
import { Notice } from "../components/notice";
import { Screen } from "../components/screen";
import { EmailField, TextField } from "../components/text-field";
import { RequestStatus } from "../documents/request";
import { when } from "../i18n";
import type { Visit } from "../router";
import { ask, Refused } from "../server";
import { wear } from "../theme/dress";

type Found = NonNullable<RequestStatus["accountRequest"]>;

interface Asked {
  reference: string;
  email: string;
}

export default function Follow({ query, carried }: Visit) {
  const [found, show] = useState<Found | null>(null);

  async function look(asked: Asked) {
    const { accountRequest } = await ask(RequestStatus, asked);
    if (!accountRequest) throw new Refused({ code: "NOT_FOUND", message: unknown() });
    wear(accountRequest.operator);
    show(accountRequest);
  }

  if (found) return <Status found={found} other={() => show(null)} />;
  return (
    <Screen name="follow" title={t`Suivre ma demande`}>
      <p>{t`Vous avez demandé l’ouverture d’un compte sans clé d’activation ? Voici où en est votre demande.`}</p>
      <Form<Asked> label={t`Voir ma demande`} submit={look}>
        <TextField
          name="reference"
          label={t`Référence de la demande`}
          hint={t`Elle figure dans l’e-mail que vous avez reçu.`}
          value={carried.reference ?? query.get("reference")}
          autocapitalize="characters"
          width={16}
          maxlength={40}
        />
        <EmailField value={carried.email} hint={t`Celle que vous avez donnée dans la demande.`} />
      </Form>
      <section class="aside">
        <p>
          <Link to="/request">{t`Faire une demande`}</Link>
        </p>
      </section>
    </Screen>
  );
}

const unknown = () =>
  t`Aucune demande ne porte cette référence et cette adresse. Vérifiez-les ; une demande qui n’a pas été confirmée sous 48 heures est effacée.`;

function Status({ found, other }: { found: Found; other: () => void }) {
  const { reference, reason, operator, updatedAt } = found;
  const { title, next, kind } = words(found.status);
  const name = operator.name;
  const since = when(updatedAt);
  return (
    <Screen name={`follow-${found.status.toLowerCase()}`} title={title}>
      <Notice kind={kind}>
        {reason && <p>{t`Motif : ${reason}`}</p>}
        <p>{next}</p>
      </Notice>
      <Onward found={found} />
      <dl class="facts">
        <div>
          <dt>{t`Référence`}</dt>
          <dd class="reference">{reference}</dd>
        </div>
        <div>
          <dt>{t`Demande faite à`}</dt>
          <dd>{name}</dd>
        </div>
        <div>
          <dt>{t`Depuis le`}</dt>
          <dd>{since}</dd>
        </div>
      </dl>
      {operator.supportEmail && (
        <p>
          {t`Une question ?`} <a href={`mailto:${operator.supportEmail}`}>{operator.supportEmail}</a>
        </p>
      )}
      <Button look="second" press={other}>{t`Suivre une autre demande`}</Button>
    </Screen>
  );
}

function Onward({ found: { status, operator } }: { found: Found }) {
  if (status === "APPROVED") {
    return (
      <p>
        <Link to="/sign-in" look="main">{t`Accéder à mon compte`}</Link>
      </p>
    );
  }
  if (status !== "REJECTED" || !operator.acceptsRequests) return null;
  return (
    <p>
      <Link to={`/request?${new URLSearchParams({ operator: operator.slug })}`} look="main">{t`Faire une nouvelle demande`}</Link>
    </p>
  );
}

interface Words {
  title: string;
  next: string;
  kind: "info" | "good" | "alert";
}

function words(status: Found["status"]): Words {
  return {
    UNCONFIRMED: {
      title: t`Votre adresse n’est pas encore confirmée`,
      next: t`Ouvrez l’e-mail que vous avez reçu et cliquez sur son lien : votre demande sera alors transmise.`,
      kind: "info" as const,
    },
    SUBMITTED: {
      title: t`Votre demande est à l’étude`,
      next: t`Un agent la lira et vous répondra par e-mail. Vous n’avez rien à faire.`,
      kind: "info" as const,
    },
    APPROVED: {
      title: t`Votre demande est acceptée`,
      next: t`Un e-mail vous a été envoyé : son lien ouvre votre compte. Si c’est déjà fait, connectez-vous.`,
      kind: "good" as const,
    },
    REJECTED: {
      title: t`Votre demande n’a pas été acceptée`,
      next: t`Vous pouvez compléter vos informations et faire une nouvelle demande.`,
      kind: "alert" as const,
    },
  }[status];
}
