// A registration of this browser that is not confirmed yet: nobody need begin again.

import { t } from "@lingui/core/macro";
import { Link } from "./button";
import { Notice } from "./notice";

interface Props {
  /** `pendingRegistration`; nothing is shown unless it waits. */
  pending: { status: string; email: string } | null | undefined;
}

export function Waiting({ pending }: Props) {
  if (pending?.status !== "WAITING") return null;
  const { email } = pending;
  return (
    <Notice title={t`Votre inscription attend votre confirmation`}>
      <p>{t`Un e-mail a été envoyé à ${email}.`}</p>
      <p>
        <Link to="/check-mail">{t`Reprendre mon inscription`}</Link>
      </p>
    </Notice>
  );
}
