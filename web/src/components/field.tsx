// What stands around every control: its label, its hint, what is wrong with it.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";

interface Props {
  id: string;
  label: string;
  hint?: ComponentChildren;
  fault: string;
  optional?: boolean;
  children: ComponentChildren;
  /** Below the control. */
  after?: ComponentChildren;
}

/** The optional fields say that they are; all others are needed. */
export function FieldFrame({ id, label, hint, fault, optional = false, children, after }: Props) {
  return (
    <div class={fault ? "field faulty" : "field"}>
      <label for={id} id={`${id}-label`}>{optional ? t`${label} (facultatif)` : label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Fault id={id} fault={fault} />
      {children}
      {after}
    </div>
  );
}

export function Fault({ id, fault }: { id: string; fault: string }) {
  return fault ? (
    <p class="fault" id={`${id}-fault`}>
      {fault}
    </p>
  ) : null;
}

/** What a control says of itself to assistive technology. */
export function described(id: string, { hint, fault, optional, more }: Described) {
  const by = [hint ? `${id}-hint` : "", fault ? `${id}-fault` : "", more ?? ""].filter(Boolean).join(" ");
  return {
    id,
    "aria-describedby": by || undefined,
    "aria-invalid": fault ? (true as const) : undefined,
    "aria-required": optional ? undefined : (true as const),
  };
}

interface Described {
  hint?: unknown;
  fault: string;
  optional?: boolean;
  more?: string;
}
