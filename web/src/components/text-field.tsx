// Fields that one types into. What was typed stays where it is: the browser keeps it, not the page.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { described, FieldFrame } from "./field";
import { useField, useKept } from "./form";

interface Props {
  /** Path below `input`: `profile.familyName`. */
  name: string;
  label: string;
  hint?: ComponentChildren;
  optional?: boolean;
  /** What stands in it at first. */
  value?: string | null;
  type?: "text" | "tel" | "email" | "search";
  autocomplete?: string;
  inputmode?: "text" | "numeric" | "tel" | "email" | "search";
  autocapitalize?: "off" | "words" | "characters";
  /** For names, codes and whatever else is no prose. */
  spellcheck?: boolean;
  /** Characters that it is wide: a postcode need not be as wide as a street. */
  width?: number;
  /** More than one line: an array is read, one string a line, where `lines` is set. */
  rows?: number;
  lines?: boolean;
  maxlength?: number;
  check?: (value: string) => string | undefined;
}

export function TextField(props: Props) {
  const { name, label, hint, optional, value, rows, lines, width, check, ...how } = props;
  const control = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const typed = () => control.current?.value.trim() ?? "";
  const { id, fault } = useField({
    name,
    label,
    optional,
    read: () => (lines ? listed(typed()) : typed() || null),
    check: () => (typed() ? check?.(typed()) : undefined),
  });
  const shared = { ...described(id, { hint, fault, optional }), ref: control, defaultValue: useKept(name) ?? value ?? "" };
  return (
    <FieldFrame id={id} label={label} hint={hint} fault={fault} optional={optional}>
      {rows ? (
        <textarea {...shared} rows={rows} maxLength={how.maxlength} autocomplete={how.autocomplete} />
      ) : (
        <input
          {...shared}
          type={how.type ?? "text"}
          autocomplete={how.autocomplete ?? "off"}
          inputMode={how.inputmode}
          autocapitalize={how.autocapitalize}
          spellcheck={how.spellcheck ?? false}
          maxLength={how.maxlength}
          size={width}
          class={width ? "narrow" : undefined}
        />
      )}
    </FieldFrame>
  );
}

function listed(text: string): string[] | null {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return lines.length ? lines : null;
}

interface EmailProps {
  name?: string;
  label?: string;
  hint?: ComponentChildren;
  value?: string | null;
  /** `username` where it is what one signs in with. */
  autocomplete?: "email" | "username";
}

export function EmailField({ name = "email", label, hint, value, autocomplete = "email" }: EmailProps) {
  return (
    <TextField
      name={name}
      label={label ?? t`Adresse e-mail`}
      hint={hint ?? t`Par exemple nom@exemple.fr`}
      type="email"
      inputmode="email"
      autocapitalize="off"
      autocomplete={autocomplete}
      value={value}
      check={(typed) => (/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(typed) ? undefined : t`Cette adresse n’est pas complète : il y faut un @ et un point, comme dans nom@exemple.fr.`)}
    />
  );
}
