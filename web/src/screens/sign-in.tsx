// Seed 000, first page and step 9: « Accéder à mon compte ».

import { t } from "@lingui/core/macro";
import { useEffect } from "preact/hooks";
import { Link } from "../components/button";
import { Checkbox } from "../components/choice-field";
import { isOf } from "../components/confirmed";
import { Form } from "../components/form";
import { useAsk } from "../components/loaded";
import { Notice } from "../components/notice";
import { PasswordField } from "../components/password-field";
import { Screen } from "../components/screen";
import { EmailField } from "../components/text-field";
import { Welcome } from "../documents/find";
import { Login } from "../documents/sign-in";
import { go, typed, wayBack, type Visit } from "../router";
import type { LoginInput } from "../schema";
import { perform } from "../server";

export default function SignIn({ query, carried }: Visit) {
  const { data } = useAsk(Welcome, {});
  // Whoever is signed in already goes on, unless it is as somebody else that they come.
  const isSignedIn = Boolean(data?.me) && (!carried.email || isOf(data?.me, carried.email));
  useEffect(() => {
    if (isSignedIn) goOn();
  }, [isSignedIn]);
  function goOn() {
    go(wayBack(query, "/account"), { replace: true, carried, draft: typed() });
  }
  async function signIn(input: LoginInput) {
    await perform(Login, input);
    goOn();
  }
  return (
    <Screen name="sign-in" title={t`Accéder à mon compte`}>
      {carried.left && (
        <Notice kind="good">
          <p role="status">{t`Vous êtes déconnecté.`}</p>
        </Notice>
      )}
      <Form<LoginInput> label={t`Connexion`} submit={signIn}>
        <EmailField autocomplete="username" hint="" value={carried.email} />
        <PasswordField />
        <Checkbox name="stayLoggedIn" label={t`Maintenir la connexion`} />
      </Form>
      <p>
        <Link to="/forgot">{t`J’ai oublié mon mot de passe`}</Link>
      </p>
      <section class="aside">
        <h2>{t`Pas encore de compte ?`}</h2>
        <p>
          <Link to="/register" look="second">{t`Ouvrir un compte maintenant`}</Link>
        </p>
      </section>
    </Screen>
  );
}
