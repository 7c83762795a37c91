// Without a key: the link that hands the request in to the operator's agents.

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { Form } from "../components/form";
import { LinkFacts, MailedLink, type Broken, type Seen, type Usable, type Worth } from "../components/mailed-link";
import { Notice } from "../components/notice";
import { Screen } from "../components/screen";
import { ConfirmAccountRequest } from "../documents/mailed-link";
import type { Visit } from "../router";

export default function ConfirmRequest({ carried }: Visit) {
  const title = t`Confirmer ma demande de compte`;
  return (
    <MailedLink
      name="confirm-request"
      title={title}
      token={carried.token}
      purposes={["CONFIRM_REQUEST"]}
      broken={broken}
    >
      {(usable) => <Offer title={title} usable={usable} />}
    </MailedLink>
  );
}

function Offer({ title, usable: { token, link, use, settle } }: { title: string; usable: Usable }) {
  async function confirm() {
    const { reference } = await use(ConfirmAccountRequest, { token });
    settle(() => <HandedIn reference={reference} />);
  }
  return (
    <Screen name="confirm-request" title={title}>
      <p>{t`Un compte a été demandé avec cette adresse. Si c’est vous, confirmez-la : un agent étudiera votre demande.`}</p>
      <Form label={t`Confirmer mon adresse et envoyer ma demande`} submit={confirm} />
      <p>{t`Vous n’avez rien demandé ? Fermez cette page : la demande ne sera pas transmise.`}</p>
      <LinkFacts link={link} />
    </Screen>
  );
}

function HandedIn({ reference }: { reference: string }) {
  return (
    <Screen name="confirm-request-done" title={t`Votre demande est transmise`}>
      <Notice kind="good">
        <p>{t`Votre adresse est confirmée. Votre demande a été transmise à votre service.`}</p>
      </Notice>
      <dl class="facts">
        <dt>{t`Référence de votre demande, à conserver`}</dt>
        <dd>
          <strong>{reference}</strong>
        </dd>
      </dl>
      <p>{t`Vous recevrez un e-mail dès qu’un agent aura répondu.`}</p>
      <p>
        <Link to="/follow" look="second" carried={{ reference }}>{t`Suivre ma demande`}</Link>
      </p>
    </Screen>
  );
}

function broken(worth: Worth, link: Seen | null): Broken {
  if (worth === "USED") {
    return {
      words: t`Cette demande a déjà été transmise.`,
      ways: (
        <p>
          <Link to="/follow" look="main">{t`Suivre ma demande`}</Link>
        </p>
      ),
    };
  }
  const request = link?.operator ? `/request?operator=${encodeURIComponent(link.operator.slug)}` : "/request";
  return {
    ways: (
      <p>
        <Link to={request} look="main">{t`Refaire ma demande`}</Link>
      </p>
    ),
  };
}
