// The signed-in account: the contracts, who one is, how one signs in, who may read it.

import { plural, t } from "@lingui/core/macro";
import { useEffect } from "preact/hooks";
import { Link } from "../components/button";
import { Contract } from "../components/contract";
import { Action } from "../components/form";
import { useAsk } from "../components/loaded";
import { Notice } from "../components/notice";
import { Own } from "../components/own";
import { natures } from "../components/profile-fields";
import { Screen } from "../components/screen";
import { Me, type Person } from "../documents/account";
import { Logout } from "../documents/sign-in";
import * as emailChange from "../email-change";
import { when } from "../i18n";
import { spelled } from "../phone";
import { go, type Visit } from "../router";
import { perform } from "../server";
import { wear } from "../theme/dress";

type Mine = NonNullable<Me["me"]>;

export default function Account({ carried }: Visit) {
  const asked = useAsk(Me, {});
  return (
    <Own of={asked} name="account" title={t`Mon compte`}>
      {(me) => <Overview me={me} done={carried.done} />}
    </Own>
  );
}

function Overview({ me, done }: { me: Mine; done?: string }) {
  useEffect(() => {
    // Good news is told once, not at every reload.
    history.replaceState(null, "");
    wear(onlyOne(me.contracts.map(({ operator }) => operator)));
  }, []);
  const { email } = me;
  return (
    <Screen name="account" title={t`Mon compte`}>
      <Done what={done} />
      <p>{t`Vous êtes connecté avec l’adresse ${email}.`}</p>
      <Contracts contracts={me.contracts} />
      <Profile me={me} />
      <SigningIn me={me} />
      <Services names={me.consents.map(({ clientName }) => clientName)} />
      <Leave />
    </Screen>
  );
}

function Done({ what }: { what?: string }) {
  if (!what) return null;
  return (
    <Notice kind="good">
      <p role="status">
        {what === "contract" ? t`Le contrat a été ajouté à votre compte.` : t`Vos informations ont été enregistrées.`}
      </p>
    </Notice>
  );
}

// The page looks like the operator that all contracts are with.
function onlyOne<T extends { slug: string }>(operators: T[]): T | null {
  const [first] = operators;
  return first && operators.every(({ slug }) => slug === first.slug) ? first : null;
}

function Contracts({ contracts }: Pick<Mine, "contracts">) {
  return (
    <section>
      <h2>{t`Mes contrats`}</h2>
      {contracts.length ? (
        <ul class="cards">
          {contracts.map((contract) => (
            <li key={contract.id}>
              <Contract contract={contract} />
            </li>
          ))}
        </ul>
      ) : (
        <p>{t`Aucun contrat n’est rattaché à votre compte.`}</p>
      )}
      <p>
        <Link to="/account/add-contract" look="second">{t`Ajouter un contrat`}</Link>
      </p>
    </section>
  );
}

function Profile({ me }: { me: Mine }) {
  return (
    <section>
      <h2>{t`Mes informations`}</h2>
      <dl class="facts">
        {facts(me).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        <Link to="/account/profile">{t`Modifier mes informations`}</Link>
      </p>
    </section>
  );
}

// What was never given is not shown.
function facts(me: Person): [string, string][] {
  const title = me.civility && { MADAM: t`Madame`, SIR: t`Monsieur` }[me.civility];
  const all: [string, string | null | undefined][] = [
    [t`Nom complet`, [title, me.givenName, me.familyName].filter(Boolean).join(" ")],
    [t`Nature juridique`, natures().find(([nature]) => nature === me.legalNature)?.[1]],
    [t`Raison sociale`, me.organizationName],
    [t`Téléphone`, spelled(me.phone)],
    [t`Mobile`, spelled(me.mobile)],
  ];
  return all.filter((fact): fact is [string, string] => Boolean(fact[1]));
}

function SigningIn({ me }: { me: Mine }) {
  const count = me.sessions.length;
  return (
    <section>
      <h2>{t`Ma connexion`}</h2>
      <WaitingEmail email={me.email} />
      <ul class="rows">
        <li>
          <span>{me.email}</span>
          <Link to="/account/email">{t`Changer d’adresse e-mail`}</Link>
        </li>
        <li>
          <span>{t`Mot de passe`}</span>
          <Link to="/account/password">{t`Changer de mot de passe`}</Link>
        </li>
        <li>
          <span>{plural(count, { one: "# appareil connecté", other: "# appareils connectés" })}</span>
          <Link to="/account/sessions">{t`Voir mes appareils`}</Link>
        </li>
      </ul>
    </section>
  );
}

function WaitingEmail({ email }: { email: string }) {
  const waiting = emailChange.find(email);
  if (!waiting) return null;
  const until = when(waiting.until);
  const to = waiting.to;
  return (
    <Notice>
      <p>{t`L’adresse ${to} attend d’être confirmée, par le lien que vous y avez reçu, jusqu’au ${until}.`}</p>
    </Notice>
  );
}

function Services({ names }: { names: string[] }) {
  return (
    <section>
      <h2>{t`Services connectés`}</h2>
      {names.length ? (
        <ul class="rows">
          {names.map((name) => (
            <li key={name}>
              <span>{name}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p>{t`Aucun service n’a accès à votre compte.`}</p>
      )}
      {names.length > 0 && (
        <p>
          <Link to="/account/services">{t`Voir et retirer les accès`}</Link>
        </p>
      )}
    </section>
  );
}

function Leave() {
  async function leave() {
    await perform(Logout, null);
    emailChange.forget();
    wear(null);
    go("/sign-in", { carried: { left: "yes" } });
  }
  return (
    <section class="aside leave">
      <Action label={t`Me déconnecter`} press={leave} />
      <p>
        <Link to="/account/close">{t`Fermer mon compte`}</Link>
      </p>
    </section>
  );
}
