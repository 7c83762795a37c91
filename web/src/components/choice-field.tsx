// Fields where one chooses.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { described, Fault, FieldFrame } from "./field";
import { useField, useKept } from "./form";

export type Options = readonly (readonly [value: string, words: string])[];

interface Props {
  name: string;
  label: string;
  options: Options;
  hint?: ComponentChildren;
  optional?: boolean;
  value?: string | null;
  autocomplete?: string;
  /** Told what was chosen, where other fields depend on it. */
  changed?: (value: string) => void;
}

export function SelectField({ name, label, options, hint, optional, value, autocomplete, changed }: Props) {
  const control = useRef<HTMLSelectElement>(null);
  const [chosen, choose] = useState(useKept(name) ?? value ?? "");
  const { id, fault } = useField({ name, label, optional, read: () => control.current?.value || null });
  return (
    <FieldFrame id={id} label={label} hint={hint} fault={fault} optional={optional}>
      <select
        {...described(id, { hint, fault, optional })}
        ref={control}
        autocomplete={autocomplete}
        value={chosen}
        onChange={(event) => {
          choose(event.currentTarget.value);
          changed?.(event.currentTarget.value);
        }}
      >
        <option value="">{t`Choisissez`}</option>
        {options.map(([one, words]) => (
          <option value={one}>{words}</option>
        ))}
      </select>
    </FieldFrame>
  );
}

/** For up to five choices: all of them are seen at once. */
export function Radios({ name, label, options, hint, optional, value, changed }: Props) {
  const [chosen, choose] = useState(useKept(name) ?? value ?? "");
  const { id, fault } = useField({ name, label, optional, read: () => chosen || null });
  const { id: first, ...describes } = described(id, { hint, fault });
  return (
    <fieldset class={fault ? "field faulty" : "field"} aria-describedby={describes["aria-describedby"]}>
      <legend>{optional ? t`${label} (facultatif)` : label}</legend>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Fault id={id} fault={fault} />
      {options.map(([one, words], index) => (
        <label class="choice">
          <input
            type="radio"
            id={index ? undefined : first}
            name={id}
            checked={one === chosen}
            aria-invalid={describes["aria-invalid"]}
            onChange={() => {
              choose(one);
              changed?.(one);
            }}
          />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface CheckboxProps {
  name: string;
  /** In the summary, where `children` are more than words. */
  label: string;
  children?: ComponentChildren;
  checked?: boolean;
  /** What it is worth when ticked: true, or the version of the terms that are accepted. */
  worth?: string;
  /** Said when it is not ticked and must be. */
  must?: string;
}

export function Checkbox({ name, label, children, checked = false, worth, must }: CheckboxProps) {
  const control = useRef<HTMLInputElement>(null);
  const ticked = () => control.current?.checked ?? false;
  const { id, fault } = useField({
    name,
    label,
    optional: true,
    read: () => (worth === undefined ? ticked() : ticked() ? worth : null),
    check: () => (ticked() ? undefined : must),
  });
  // Whoever accepted one version has not accepted the next.
  useEffect(() => {
    if (control.current) control.current.checked = checked;
  }, [worth]);
  return (
    <div class={fault ? "field faulty" : "field"}>
      <Fault id={id} fault={fault} />
      <div class="choice">
        <input type="checkbox" {...described(id, { fault, optional: !must })} ref={control} defaultChecked={checked} />
        <label for={id}>{children ?? label}</label>
      </div>
    </div>
  );
}
