// The signed-in account: who one is, and one's contracts.

import { t } from "@lingui/core/macro";
import { useEffect } from "preact/hooks";
import { Action } from "../components/form";
import { Loaded, useAsk } from "../components/loaded";
import { Screen } from "../components/screen";
import { Me } from "../documents/account";
import { Logout } from "../documents/sign-in";
import { go, toSignIn } from "../router";
import { perform } from "../server";

export default function Account() {
  const asked = useAsk(Me, {});
  return (
    <Loaded of={asked} screen={{ name: "account", title: t`Mon compte` }}>
      {({ me }) => (me ? <Overview me={me} /> : <SignedOut />)}
    </Loaded>
  );
}

function SignedOut() {
  useEffect(toSignIn, []);
  return null;
}

function Overview({ me }: { me: NonNullable<Me["me"]> }) {
  async function leave() {
    const { message } = await perform(Logout, null);
    go("/sign-in");
    return message;
  }
  const { email } = me;
  return (
    <Screen name="account" title={`${me.givenName} ${me.familyName}`}>
      <p>{t`Vous êtes connecté avec l’adresse ${email}.`}</p>
      <h2>{t`Mes contrats`}</h2>
      <ul class="cards">
        {me.contracts.map(({ id, contractNumber, operator, address }) => (
          <li key={id}>
            <strong>{operator.name}</strong>
            {contractNumber && <span>{contractNumber}</span>}
            <span>{[...address.lines, `${address.postcode} ${address.city}`].join(", ")}</span>
          </li>
        ))}
      </ul>
      <Action label={t`Me déconnecter`} press={leave} />
    </Screen>
  );
}
