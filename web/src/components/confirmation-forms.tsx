// The six digits of the e-mail, and the e-mail once more.

import { t } from "@lingui/core/macro";
import { useState } from "preact/hooks";
import { ConfirmRegistration, ResendConfirmation } from "../documents/check-mail";
import { lasting } from "../i18n";
import { isRefusal, perform, Refused } from "../server";
import { Countdown, useSecondsUntil } from "./countdown";
import { Form } from "./form";
import { useProof } from "./proof-of-work";
import { TextField } from "./text-field";

interface CodeProps {
  /** Where the code was sent. */
  email: string;
  done: (confirmed: ConfirmRegistration) => void;
  /** Another account came first: what the server says of it. */
  refused: (message: string) => void;
}

export function CodeForm({ email, done, refused }: CodeProps) {
  async function confirm({ code }: { code: string }) {
    try {
      done(await perform(ConfirmRegistration, { code: { email, code: digits(code) } }));
    } catch (error) {
      if (isRefusal(error, "CONFLICT")) return refused(error.message);
      throw isRefusal(error, "LINK_INVALID") ? mistyped(error) : error;
    }
  }
  return (
    <Form<{ code: string }> label={t`Confirmer mon adresse`} submit={confirm}>
      <TextField
        name="code"
        label={t`Code à six chiffres de l’e-mail`}
        autocomplete="one-time-code"
        inputmode="numeric"
        width={9}
        maxlength={20}
        check={(typed) => (/^\d{6}$/.test(digits(typed)) ? undefined : t`Le code est fait de six chiffres.`)}
      />
    </Form>
  );
}

/** Spaces are forgiven. */
const digits = (typed: string): string => typed.replace(/\s/g, "");

function mistyped({ refusal }: Refused): Refused {
  const message = t`Vérifiez les six chiffres : seul le code du dernier e-mail reçu est valable.`;
  return new Refused({ ...refusal, message: t`Ce code n’est pas le bon.`, faults: [{ path: ["code"], code: "INVALID", message }] });
}

interface ResendProps {
  email: string;
  /** When it works again, where that is known. */
  possibleAt?: string;
}

/** « Recevoir un nouvel e-mail de confirmation » (seed 000, step 6). */
export function Resend({ email, possibleAt = "1970-01-01T00:00:00Z" }: ResendProps) {
  const work = useProof();
  const [until, wait] = useState(possibleAt);
  const left = useSecondsUntil(until);
  async function resend() {
    if (left > 0) return tooSoon(lasting(left));
    const { message, resendAvailableAt } = await perform(ResendConfirmation, { email }, work);
    work.renew();
    wait(resendAvailableAt);
    return message;
  }
  return (
    <Form
      label={t`Recevoir un nouvel e-mail de confirmation`}
      look="second"
      waiting={t`Vérification que vous n’êtes pas un robot…`}
      submit={resend}
      aside={
        <span class="hint">
          <Countdown until={until} ready="">
            {(time) => t`Possible dans ${time}.`}
          </Countdown>
        </span>
      }
    />
  );
}

const tooSoon = (time: string) => t`Un e-mail vient de partir. Vous pourrez en demander un autre dans ${time}.`;
