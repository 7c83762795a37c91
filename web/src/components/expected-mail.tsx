// The e-mail that a person is to look for, as their mailbox lists it.

import { t } from "@lingui/core/macro";
import type { Mail } from "../documents/check-mail";

interface Props {
  mail: Pick<Mail, "subject" | "language"> & Partial<Mail>;
  /** Where it was sent. */
  to: string;
}

export function ExpectedMail({ mail: { subject, language, sender, address }, to }: Props) {
  return (
    <div class="envelope">
      <svg viewBox="0 0 40 40" width="32" height="32" aria-hidden="true">
        <rect x="3" y="8" width="34" height="24" rx="4" />
        <path d="M4 11l16 12 16-12" />
      </svg>
      <dl>
        <Line name={t`Objet :`} words={subject} lang={language} />
        {sender && <Line name={t`De :`} words={address ? `${sender} <${address}>` : sender} />}
        <Line name={t`À :`} words={to} />
      </dl>
    </div>
  );
}

function Line({ name, words, lang }: { name: string; words: string; lang?: string }) {
  return (
    <div>
      <dt>{name} </dt>
      <dd>{lang ? <strong lang={lang}>{words}</strong> : words}</dd>
    </div>
  );
}
