// The activation key: one field, groups appear as one types, and a slip is seen before anything is sent.

import { t } from "@lingui/core/macro";
import { useRef, useState } from "preact/hooks";
import { fold, grouped, isChecked, isForeign, LENGTH, retyped } from "../activation-key";
import { described, FieldFrame } from "./field";
import { useField, useKept } from "./form";

interface Props {
  name?: string;
  /** `Operator.activationKeysChecked`: if not, keys of another system are about, and none is judged by its form. */
  checked: boolean;
  /** Of the letter's QR code. */
  value?: string | null;
}

export function KeyField({ name = "activationKey", checked, value }: Props) {
  const control = useRef<HTMLInputElement>(null);
  const begun = useKept(name) ?? value ?? "";
  const [typed, type] = useState(() => (checked ? grouped(fold(begun)) : begun));
  const { id, fault } = useField({
    name,
    label: t`Clé d’activation`,
    read: () => typed.trim() || null,
    check: () => flaw(typed, checked),
  });
  const hint = t`Sous la forme XXXX-XXXX-XXXX-XXXX. Attention, certaines lettres et chiffres peuvent être confondus (comme le chiffre 0 avec la lettre O, ou le chiffre 1 avec la lettre l).`;

  function follow(event: InputEvent & { currentTarget: HTMLInputElement }) {
    const field = event.currentTarget;
    if (!checked || event.isComposing) return type(field.value);
    const { text, caret } = retyped(field.value, field.selectionStart ?? field.value.length);
    // Written at once, so that the caret can be put back before anything is drawn.
    if (field.value !== text) {
      field.value = text;
      field.setSelectionRange(caret, caret);
    }
    type(text);
  }

  return (
    <FieldFrame id={id} label={t`Clé d’activation`} hint={hint} fault={fault} after={checked && <Check typed={typed} />}>
      <input
        {...described(id, { hint, fault })}
        ref={control}
        class="key"
        type="text"
        value={typed}
        onInput={follow}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        enterkeyhint="go"
        maxLength={200}
      />
    </FieldFrame>
  );
}

function Check({ typed }: { typed: string }) {
  const folded = fold(typed);
  const whole = folded.length >= LENGTH;
  const good = isChecked(folded);
  return (
    <p class={whole ? (good ? "key-check good" : "key-check wrong") : "key-check"} role="status">
      {whole && (good ? t`La clé est complète.` : slip())}
    </p>
  );
}

const slip = () => t`Cette clé contient une erreur de saisie : comparez-la au document, groupe par groupe.`;

function flaw(typed: string, checked: boolean): string | undefined {
  const folded = fold(typed);
  if (!checked) return isForeign(folded) ? undefined : t`Une clé compte de 8 à 32 lettres et chiffres.`;
  const lacking = LENGTH - folded.length;
  if (lacking > 0) return t`Une clé compte 16 lettres et chiffres : il en manque ${lacking}.`;
  return isChecked(folded) ? undefined : slip();
}
