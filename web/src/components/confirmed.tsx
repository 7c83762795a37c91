// Seed 000, step 8; seed 004, step 4: the account is open, and where to go from here.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import type { Back } from "../documents/check-mail";
import { Link } from "./button";
import { Notice } from "./notice";
import { Screen } from "./screen";

/** Is the account of this address signed in? */
export const isOf = (me: { email: string } | null | undefined, email: string): boolean =>
  me?.email.toLowerCase() === email.toLowerCase();

interface Props {
  name: string;
  /** What to sign in with, where that is still to be done. */
  email: string;
  isSignedIn: boolean;
  /** The service that sent the person to register. */
  wayBack?: Back | null;
  children?: ComponentChildren;
}

export function Confirmed({ name, email, isSignedIn, wayBack, children }: Props) {
  return (
    <Screen name={name} title={t`Bienvenue sur votre espace usager`}>
      <Notice kind="good">
        <p>{t`Votre compte a été validé.`}</p>
      </Notice>
      {!isSignedIn && !wayBack && (
        <p>{t`Connectez-vous avec votre adresse e-mail et le mot de passe que vous avez choisi.`}</p>
      )}
      <Onward email={email} isSignedIn={isSignedIn} wayBack={wayBack} />
      {children}
    </Screen>
  );
}

/** Back to the service that waits, to the account, or to the sign-in that is still to be done. */
export function Onward({ email, isSignedIn, wayBack }: Pick<Props, "email" | "isSignedIn" | "wayBack">) {
  if (wayBack) {
    const service = wayBack.name;
    return (
      <>
        <p>
          <Link to={wayBack.url} look="main">{t`Continuer vers ${service}`}</Link>
        </p>
        <p>{isSignedIn ? <Link to="/account">{t`Voir mon compte`}</Link> : <SignIn email={email} />}</p>
      </>
    );
  }
  if (!isSignedIn) {
    return (
      <p>
        <SignIn email={email} look="main" />
      </p>
    );
  }
  return (
    <p>
      <Link to="/account" look="main">{t`Voir mon compte`}</Link>
    </p>
  );
}

/** To the sign-in form, the address filled in. */
export function SignIn({ email, look }: { email?: string; look?: "main" | "second" }) {
  return <Link to="/sign-in" look={look} carried={email ? { email } : undefined}>{t`Accéder à mon compte`}</Link>;
}

/** Another has the contract, or the address has an account by now: the server says which, and what was mailed. */
export function CameSecond({ name, message }: { name: string; message: string }) {
  return (
    <Screen name={name} title={t`Ce compte n’a pas pu être ouvert`}>
      <Notice>
        <p>{message}</p>
      </Notice>
      <p>
        <SignIn look="main" />
      </p>
      <p>
        <Link to="/forgot">{t`J’ai oublié mon mot de passe`}</Link>
      </p>
    </Screen>
  );
}
