// « Ce n'est pas moi »: the second link of the confirmation e-mail.

import { t } from "@lingui/core/macro";
import { Link } from "../components/button";
import { LinkFacts, MailedLink, type Broken, type Seen, type Usable, type Worth } from "../components/mailed-link";
import { Notice } from "../components/notice";
import { Screen } from "../components/screen";
import { Disown as Cancel, WhoRegistered } from "../components/who-registered";
import type { Visit } from "../router";

export default function Disown({ carried }: Visit) {
  const title = t`Ce n’est pas moi`;
  return (
    <MailedLink
      name="disown"
      title={title}
      token={carried.token}
      purposes={["CONFIRM_REGISTRATION", "LINK_CONTRACT"]}
      broken={broken}
    >
      {(usable) => <Offer title={title} usable={usable} />}
    </MailedLink>
  );
}

function Offer({ title, usable }: { title: string; usable: Usable }) {
  const { link, token } = usable;
  const mine = link.purpose === "LINK_CONTRACT" ? "/link-contract" : "/confirm";
  return (
    <Screen name="disown" title={title}>
      <p>{t`Quelqu’un a demandé un compte avec votre adresse ? Annulez sa demande : rien ne sera créé à votre nom.`}</p>
      {link.registration && <WhoRegistered registration={link.registration} />}
      {link.registration?.here && (
        <Notice kind="alert">
          <p>{t`Cette demande a été faite dans ce navigateur même.`}</p>
        </Notice>
      )}
      <Cancel name="disown" label={t`Annuler cette demande`} usable={usable} />
      <LinkFacts link={link} />
      <section class="aside">
        <h2>{t`C’est bien moi`}</h2>
        <p>
          <Link to={mine} carried={{ token }}>
            {link.purpose === "LINK_CONTRACT" ? t`Ajouter ce contrat à mon compte` : t`Confirmer mon adresse`}
          </Link>
        </p>
      </section>
    </Screen>
  );
}

function broken(worth: Worth, _: Seen | null): Broken {
  if (worth === "EXPIRED") {
    return { words: t`Cette demande a expiré sans être confirmée : rien n’a été créé, vous n’avez rien à faire.`, ways: null };
  }
  if (worth === "UNKNOWN") return { ways: null };
  return {
    words: t`Cette demande a déjà été annulée, remplacée ou confirmée. Si un compte a été ouvert sans vous avec votre adresse, choisissez-en le mot de passe : personne d’autre n’y entrera plus, et vous pourrez le fermer.`,
    ways: (
      <p>
        <Link to="/forgot" look="second">{t`Choisir le mot de passe`}</Link>
      </p>
    ),
  };
}
