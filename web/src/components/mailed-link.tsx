// What every screen of a mailed link does alike: looks what the link is worth, which changes nothing, and says where to
// go on from one that is of no use. A human presses a button before anything happens.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { MailedLink as Look } from "../documents/mailed-link";
import { when } from "../i18n";
import type { LinkPurpose } from "../schema";
import { isRefusal, perform, type Mutation } from "../server";
import { wear } from "../theme/dress";
import { Loaded, useAsk } from "./loaded";
import { Screen } from "./screen";

export type Seen = Look["link"];
export type Worth = "EXPIRED" | "USED" | "UNKNOWN";

/** A link that can be used, and what to do with it. */
export interface Usable {
  token: string;
  link: Seen;
  me: Look["me"];
  /** Look once more: somebody signed in, or out. */
  again: () => void;
  /** Perform with it; where it is worth nothing any more, the screen says so. */
  use: <Payload, Input>(mutation: Mutation<Payload, Input>, input: Omit<Input, "challengeSolution">) => Promise<Payload>;
  /** What came of it is the screen from now on. */
  settle: (outcome: () => ComponentChildren) => void;
}

/** Why a link is of no use, where its screen has more to say than that, and the ways on. */
export interface Broken {
  words?: string;
  ways: ComponentChildren;
}

interface Props {
  name: string;
  title: string;
  /** What followed `#token=`. */
  token: string | undefined;
  purposes: LinkPurpose[];
  broken: (worth: Worth, link: Seen | null) => Broken;
  children: (usable: Usable) => ComponentChildren;
}

export function MailedLink({ token, ...screen }: Props) {
  return token ? <Opened {...screen} token={token} /> : <Useless {...screen} worth="UNKNOWN" link={null} />;
}

function Opened({ name, title, token, purposes, broken, children }: Props & { token: string }) {
  const asked = useAsk(Look, { token });
  const [outcome, put] = useState<(() => ComponentChildren) | null>(null);
  const operator = asked.data?.link.operator;
  useEffect(() => {
    if (operator) wear(operator);
  }, [operator?.slug]);

  const use: Usable["use"] = async (mutation, input) => {
    try {
      return await perform(mutation, input as never);
    } catch (error) {
      if (isRefusal(error) && error.refusal.code.startsWith("LINK_")) asked.again();
      throw error;
    }
  };
  if (outcome) return <>{outcome()}</>;
  return (
    <Loaded of={asked} screen={{ name, title }}>
      {({ link, me }) => {
        const worth = worthOf(link, purposes);
        if (worth !== "VALID") return <Useless name={name} worth={worth} link={link} broken={broken} />;
        return children({ token, link, me, again: asked.again, use, settle: (shown) => put(() => shown) });
      }}
    </Loaded>
  );
}

// A link that was mailed for something else is not known here.
function worthOf({ status, purpose }: Seen, purposes: LinkPurpose[]): Seen["status"] {
  return purpose && purposes.includes(purpose) ? status : "UNKNOWN";
}

interface UselessProps extends Pick<Props, "name" | "broken"> {
  worth: Worth;
  link: Seen | null;
}

function Useless({ name, worth, link, broken }: UselessProps) {
  const { words, ways } = broken(worth, link);
  const titles = {
    EXPIRED: t`Ce lien n’est plus valable`,
    USED: t`Ce lien ne peut plus servir`,
    UNKNOWN: t`Ce lien n’est pas valable`,
  };
  const reasons = {
    EXPIRED: t`Son délai est dépassé.`,
    USED: t`Il a déjà été utilisé, ou un lien plus récent vous a été envoyé.`,
    UNKNOWN: t`L’adresse de cette page est incomplète, ou le lien n’existe plus. Ouvrez à nouveau le lien de l’e-mail, en entier.`,
  };
  return (
    <Screen name={`${name}-${worth.toLowerCase()}`} title={titles[worth]}>
      <p>{words ?? reasons[worth]}</p>
      {ways}
    </Screen>
  );
}

/** To whom the link was sent, by whom, and until when it is good. */
export function LinkFacts({ link: { maskedEmail, operator, expiresAt } }: { link: Seen }) {
  const [to, sender, limit] = [maskedEmail ?? "", operator?.name, expiresAt ? when(expiresAt) : ""];
  const sent = sender ? t`Ce lien a été envoyé à ${to} de la part de ${sender}.` : t`Ce lien a été envoyé à ${to}.`;
  return (
    <p class="hint">
      {sent} {limit && t`Il est valable jusqu’au ${limit}.`}
    </p>
  );
}
