// The screens of whoever is signed in: what they ask begins with `me`, and whoever is signed out signs in and is back.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { toSignIn } from "../router";
import { isRefusal, Refused } from "../server";
import { Link } from "./button";
import { Loaded, type Asked } from "./loaded";
import { Screen } from "./screen";

interface Props<Data extends { me: unknown }> {
  of: Asked<Data>;
  /** Of the screen, as long as there is nothing to show. */
  name: string;
  title: string;
  children: (me: NonNullable<Data["me"]>, data: Data) => ComponentChildren;
}

export function Own<Data extends { me: unknown }>({ of, name, title, children }: Props<Data>) {
  return (
    <Loaded of={of} screen={{ name, title }}>
      {(data) => (data.me ? children(data.me, data) : <SignedOut />)}
    </Loaded>
  );
}

function SignedOut() {
  useEffect(() => toSignIn(), []);
  return null;
}

interface ScreenProps {
  name: string;
  title: string;
  children: ComponentChildren;
}

/** A screen below the account: it says so above its title, and leads back there. */
export function OwnScreen({ name, title, children }: ScreenProps) {
  return (
    <Screen name={name} title={title} step={<Link to="/account">{t`Mon compte`}</Link>}>
      {children}
    </Screen>
  );
}

/** What only the person's password allows: said in words that fit where it is not theirs. `name` is its field. */
export async function withPassword<Payload>(name: string, performed: Promise<Payload>): Promise<Payload> {
  try {
    return await performed;
  } catch (error) {
    if (!isRefusal(error, "INVALID_INPUT")) throw error;
    const message = t`Ce n’est pas votre mot de passe actuel.`;
    const faults = error.refusal.faults.map((fault) => (fault.path[0] === name ? { ...fault, message } : fault));
    throw new Refused({ ...error.refusal, faults });
  }
}
