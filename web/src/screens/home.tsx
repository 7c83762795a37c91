// The front door: my commune, and through it my operator; or the account that I have.

import { t } from "@lingui/core/macro";
import { useEffect } from "preact/hooks";
import { Link } from "../components/button";
import { CommuneSearch } from "../components/commune-search";
import { CommuneOperators } from "../components/find-operator";
import { useAsk } from "../components/loaded";
import { Screen } from "../components/screen";
import { Town } from "../components/town";
import { Waiting } from "../components/waiting";
import { Welcome } from "../documents/find";
import { go, type Visit } from "../router";
import { wear } from "../theme/dress";

export default function Home(visit: Visit) {
  useEffect(() => wear(null), []);
  if (visit.query.get("commune")) {
    return (
      <CommuneOperators visit={visit} name="home-commune" onward={({ slug }) => ({ to: `/operators/${slug}` })} />
    );
  }
  return <Door {...visit} />;
}

// Shown at once: whoever is signed in is sent on as soon as that is known.
function Door(visit: Visit) {
  const { data } = useAsk(Welcome, {});
  const isSignedIn = Boolean(data?.me);
  useEffect(() => {
    if (isSignedIn) go("/account", { replace: true });
  }, [isSignedIn]);
  return (
    <Screen name="home" title={t`Votre espace usager`}>
      <Town />
      <p class="lead">{t`Un seul compte pour les démarches de votre collectivité ou de votre distributeur : eau, assainissement, déchets.`}</p>
      <Waiting pending={data?.pendingRegistration} />
      <section>
        <h2>{t`Ouvrir mon compte`}</h2>
        <CommuneSearch {...visit} />
      </section>
      <section class="aside">
        <h2>{t`J’ai déjà un compte`}</h2>
        <p>
          <Link to="/sign-in" look="second">{t`Accéder à mon compte`}</Link>
        </p>
        <p>
          <Link to="/follow">{t`Suivre ma demande`}</Link>
        </p>
      </section>
    </Screen>
  );
}
