// What stands around every screen: whose portal it is, the languages, where to find help.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import { LANGUAGES, language, speak, type Language } from "../i18n";
import { useStore } from "../store";
import { dress } from "../theme/dress";
import { Notice } from "./notice";
import { rich } from "./rich";
import { focusTitle } from "./screen";
import { announce, Status } from "./status";

export function Layout({ children }: { children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>{t`Aller au contenu`}</a>
      <Header />
      <div class="page">
        {!isSecureContext && <Insecure />}
        {children}
      </div>
      <Footer />
      <Status />
    </>
  );
}

// Not the browser's own jump, which would be a step of the history: the screen would begin anew, without what was typed.
function skip(event: Event) {
  event.preventDefault();
  focusTitle();
}

function Header() {
  const { name, theme } = useStore(dress) ?? {};
  return (
    <header class="site">
      <a class="brand" href="/">
        {theme?.logoUrl ? <img src={theme.logoUrl} alt="" height="40" /> : <Mark />}
        <span>{name ?? t`Espace usager`}</span>
      </a>
      <Languages />
    </header>
  );
}

// The portal's own mark: an arch to walk through.
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="36" height="36" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 26V15a9 9 0 0 1 18 0v11h-5V15.5a4 4 0 0 0-8 0V26z" />
    </svg>
  );
}

// One button for each language but the one in use.
function Languages() {
  const spoken = useStore(language);
  const others = (Object.entries(LANGUAGES) as [Language, string][]).filter(([code]) => code !== spoken);
  return (
    <nav class="languages" aria-label={t`Langue`}>
      {others.map(([code, name]) => (
        <button type="button" lang={code} onClick={() => choose(code)}>
          {name}
        </button>
      ))}
    </nav>
  );
}

function choose(code: Language) {
  const failed = t`Cette langue n’a pas pu être chargée. Vérifiez votre connexion à Internet, puis réessayez.`;
  speak(code, true).then(() => announce(""), () => announce(failed));
}

function Footer() {
  const { termsOfService, supportEmail } = useStore(dress) ?? {};
  return (
    <footer class="site">
      {"demo" in document.body.dataset && (
        <p>
          {rich(t`Ceci est une démonstration : les e-mails arrivent dans <mailbox>la boîte aux lettres</mailbox>.`, {
            mailbox: (words) => <a href="/demo/mailbox">{words}</a>,
          })}
        </p>
      )}
      <ul>
        {termsOfService && (
          <li>
            <a href={termsOfService.url}>{t`Conditions d’utilisation`}</a>
          </li>
        )}
        <li>
          <a href="/accessibility">{t`Accessibilité : non conforme`}</a>
        </li>
        {supportEmail && (
          <li>
            <a href={`mailto:${supportEmail}`}>{t`Aide : ${supportEmail}`}</a>
          </li>
        )}
      </ul>
    </footer>
  );
}

function Insecure() {
  return (
    <Notice kind="alert" title={t`Cette page n’est pas ouverte en https`}>
      <p>{t`Votre navigateur ne pourra pas faire la vérification de sécurité. Ouvrez la page avec une adresse qui commence par https://.`}</p>
    </Notice>
  );
}
