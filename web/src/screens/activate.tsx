// After an agent's approval: the password, and the account is open.

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { CameSecond, Confirmed, SignIn } from "../components/confirmed";
import { Consent } from "../components/consent";
import { Form } from "../components/form";
import { Loaded, useAsk } from "../components/loaded";
import { LinkFacts, MailedLink, type Broken, type Usable, type Worth } from "../components/mailed-link";
import { NewPassword } from "../components/password-field";
import { Screen } from "../components/screen";
import { ActivateAccount, ForNewPassword } from "../documents/mailed-link";
import type { Visit } from "../router";
import type { ActivateAccountInput } from "../schema";
import { isRefusal } from "../server";

export default function Activate({ carried }: Visit) {
  const title = t`Activer mon compte`;
  return (
    <MailedLink name="activate" title={title} token={carried.token} purposes={["ACTIVATE_ACCOUNT"]} broken={broken}>
      {(usable) => <Choose title={title} usable={usable} />}
    </MailedLink>
  );
}

type Chosen = Omit<ActivateAccountInput, "token">;

function Choose({ title, usable }: { title: string; usable: Usable }) {
  const asked = useAsk(ForNewPassword, {});
  const { token, link, again, use, settle } = usable;
  async function activate(chosen: Chosen) {
    try {
      const { email } = await use(ActivateAccount, { token, ...chosen });
      settle(() => <Confirmed name="activate-done" email={email} isSignedIn={false} />);
    } catch (error) {
      if (isRefusal(error, "TERMS_OUTDATED")) again();
      if (!isRefusal(error, "CONFLICT")) throw error;
      settle(() => <CameSecond name="activate-conflict" message={error.message} />);
    }
  }
  return (
    <Screen name="activate" title={title}>
      <p>{t`Votre demande a été acceptée. Choisissez votre mot de passe : votre compte sera ouvert.`}</p>
      {link.operator ? (
        <Loaded of={asked}>
          {({ passwordPolicy }) => (
            <Form<Chosen> label={t`Ouvrir mon compte`} submit={activate}>
              <NewPassword policy={passwordPolicy} />
              {link.operator && <Consent terms={link.operator.termsOfService} />}
            </Form>
          )}
        </Loaded>
      ) : (
        <p>{t`Ce lien ne dit pas de quel service il vient. Contactez le service qui a accepté votre demande.`}</p>
      )}
      <LinkFacts link={link} />
    </Screen>
  );
}

function broken(worth: Worth): Broken {
  if (worth === "USED") {
    return {
      words: t`Si vous avez déjà ouvert votre compte, connectez-vous.`,
      ways: (
        <>
          <p>
            <SignIn look="main" />
          </p>
          <p>
            <Link to="/forgot">{t`J’ai oublié mon mot de passe`}</Link>
          </p>
        </>
      ),
    };
  }
  const expired = t`Ce lien n’est plus valable. Demandez-en un nouveau au service qui a accepté votre demande.`;
  return {
    words: worth === "EXPIRED" ? expired : undefined,
    ways: (
      <p>
        <Link to="/follow" look="second">{t`Suivre ma demande`}</Link>
      </p>
    ),
  };
}
