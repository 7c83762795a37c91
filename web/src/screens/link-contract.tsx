// Whoever registered with an address that has an account adds the contract to it: signed in, by the link of the e-mail.

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { Checkbox } from "../components/choice-field";
import { Onward, SignIn } from "../components/confirmed";
import { Action, Form } from "../components/form";
import { LinkFacts, MailedLink, type Broken, type Usable, type Worth } from "../components/mailed-link";
import { Notice } from "../components/notice";
import { PasswordField } from "../components/password-field";
import { Screen } from "../components/screen";
import { EmailField } from "../components/text-field";
import { Disown, WhoRegistered } from "../components/who-registered";
import type { Back } from "../documents/check-mail";
import { LinkContract as Add } from "../documents/mailed-link";
import { Login, Logout } from "../documents/sign-in";
import type { Visit } from "../router";
import type { LoginInput } from "../schema";
import { perform } from "../server";

export default function LinkContract({ carried }: Visit) {
  const title = t`Ajouter ce contrat à mon compte`;
  return (
    <MailedLink name="link-contract" title={title} token={carried.token} purposes={["LINK_CONTRACT"]} broken={broken}>
      {(usable) => <Offer title={title} usable={usable} />}
    </MailedLink>
  );
}

interface Props {
  title: string;
  usable: Usable;
}

function Offer({ title, usable }: Props) {
  const { me, link } = usable;
  if (!me) return <SignedOut title={title} usable={usable} />;
  // The server would refuse another account's link and use it up: who is signed in is compared beforehand.
  const isOwn = masked(me.email) === link.maskedEmail?.toLowerCase();
  return isOwn ? <SignedIn title={title} usable={usable} /> : <AnotherAccount title={title} usable={usable} />;
}

/** As the server writes `maskedEmail`. */
export const masked = (email: string): string => email.toLowerCase().replace(/^(.).*@(?=[^@]*$)/u, "$1•••@");

// The form stands here, and not at /sign-in: the link stays at hand.
function SignedOut({ title, usable }: Props) {
  const { link, again } = usable;
  const account = link.maskedEmail ?? "";
  async function signIn(input: LoginInput) {
    await perform(Login, input);
    again();
  }
  return (
    <Screen name="link-contract" title={title}>
      <p>{t`Vous avez déjà un compte avec cette adresse : connectez-vous pour y ajouter le contrat.`}</p>
      <Form<LoginInput> label={t`Connexion`} submit={signIn}>
        <EmailField autocomplete="username" hint={t`L’adresse de votre compte : ${account}`} />
        <PasswordField />
        <Checkbox name="stayLoggedIn" label={t`Maintenir la connexion`} />
      </Form>
      <p>
        <Link to="/forgot">{t`J’ai oublié mon mot de passe`}</Link>
      </p>
      <LinkFacts link={link} />
      <NotMine usable={usable} />
    </Screen>
  );
}

function SignedIn({ title, usable }: Props) {
  const { token, link, me, use, settle } = usable;
  const email = me?.email ?? "";
  async function add() {
    const { wayBack } = await use(Add, { proofToken: token });
    settle(() => <Added email={email} wayBack={wayBack} />);
  }
  return (
    <Screen name="link-contract-signed-in" title={title}>
      <p>{t`Vous êtes connecté avec l’adresse ${email}.`}</p>
      {link.registration && <WhoRegistered registration={link.registration} />}
      <Form label={t`Ajouter ce contrat`} submit={add} />
      <LinkFacts link={link} />
      <NotMine usable={usable} />
    </Screen>
  );
}

function AnotherAccount({ title, usable: { link, me, again } }: Props) {
  const email = me?.email ?? "";
  const account = link.maskedEmail ?? "";
  async function leave() {
    await perform(Logout, null);
    again();
  }
  return (
    <Screen name="link-contract-another" title={title}>
      <p>{t`Vous êtes connecté avec l’adresse ${email}.`}</p>
      <p>{t`Ce lien est pour le compte de ${account}. Déconnectez-vous, puis connectez-vous avec cette adresse.`}</p>
      <Action label={t`Me déconnecter`} press={leave} look="main" />
    </Screen>
  );
}

function NotMine({ usable }: { usable: Usable }) {
  return (
    <section class="aside">
      <h2>{t`Vous n’avez rien demandé ?`}</h2>
      <p>{t`Rien n’a changé sur votre compte. Vous pouvez annuler cette demande.`}</p>
      <Disown name="link-contract" label={t`Ce n’est pas moi`} usable={usable} />
    </section>
  );
}

function Added({ email, wayBack }: { email: string; wayBack: Back | null }) {
  return (
    <Screen name="link-contract-done" title={t`Votre compte est à jour`}>
      <Notice kind="good">
        <p>{t`Le contrat a été ajouté à votre compte.`}</p>
      </Notice>
      <Onward email={email} isSignedIn wayBack={wayBack} />
    </Screen>
  );
}

function broken(worth: Worth): Broken {
  const words = {
    EXPIRED: t`Ce lien n’était valable que 48 heures. Connectez-vous, puis ajoutez votre contrat depuis votre compte.`,
    USED: t`Si vous avez déjà ajouté ce contrat, vous le trouverez dans votre compte. Sinon, ouvrez le lien du dernier e-mail reçu.`,
    UNKNOWN: undefined,
  };
  return {
    words: words[worth],
    ways: (
      <>
        <p>
          <SignIn look="main" />
        </p>
        {worth === "EXPIRED" && (
          <p>
            <Link to="/account/add-contract">{t`Ajouter un contrat à mon compte`}</Link>
          </p>
        )}
      </>
    ),
  };
}
