// Passwords: pasted, filled in by a manager, shown on demand; a new one ticks the policy's rules as one types.

import { t } from "@lingui/core/macro";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Policy } from "../documents/shared";
import { Button } from "./button";
import { described, FieldFrame } from "./field";
import { useField } from "./form";

interface Props {
  name?: string;
  label?: string;
}

/** A password that exists already. */
export function PasswordField({ name = "password", label }: Props) {
  return <Secret name={name} label={label ?? t`Mot de passe`} autocomplete="current-password" />;
}

/** Whose password it is, for password managers alone: the person sees it elsewhere. */
export function Username({ email }: { email: string }) {
  return <input type="text" autocomplete="username" value={email} readOnly hidden />;
}

/** A password to be chosen. One field is enough: who wants to be sure looks at what they typed. */
export function NewPassword({ name = "password", label, policy }: Props & { policy: Policy }) {
  return <Secret name={name} label={label ?? t`Mot de passe`} autocomplete="new-password" policy={policy} />;
}

interface SecretProps {
  name: string;
  label: string;
  autocomplete: "current-password" | "new-password";
  policy?: Policy;
}

function Secret({ name, label, autocomplete, policy }: SecretProps) {
  const control = useRef<HTMLInputElement>(null);
  const [typed, type] = useState("");
  const [shown, show] = useState(false);
  const { id, fault } = useField({
    name,
    label,
    read: () => normal(control.current?.value ?? "") || null,
    check: () => (policy ? missing(policy, normal(control.current?.value ?? "")) : undefined),
  });
  const rules = policy && `${id}-rules`;
  return (
    <FieldFrame id={id} label={label} fault={fault} after={policy && <Rules id={`${id}-rules`} policy={policy} typed={normal(typed)} />}>
      <div class="secret">
        <input
          {...described(id, { fault, more: rules })}
          ref={control}
          type={shown ? "text" : "password"}
          autocomplete={autocomplete}
          autocapitalize="off"
          spellcheck={false}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <Button look="quiet" press={() => show(!shown)} describedBy={`${id}-label`}>
          {shown ? t`Masquer` : t`Afficher`}
        </Button>
      </div>
    </FieldFrame>
  );
}

const PAUSE = 1000;

function Rules({ id, policy, typed }: { id: string; policy: Policy; typed: string }) {
  const [told, tell] = useState("");
  // Told once the person stops typing, not at every letter.
  useEffect(() => {
    if (!typed) return tell("");
    const pause = setTimeout(() => tell(missing(policy, typed) ?? t`Le mot de passe remplit les critères.`), PAUSE);
    return () => clearTimeout(pause);
  }, [typed, policy]);
  return (
    <div class="rules" id={id}>
      <p>{t`Pour des raisons de sécurité, votre mot de passe doit contenir :`}</p>
      <ul>
        {policy.rules.map((rule) => {
          const state = stateOf(rule.pattern, typed);
          return (
            <li class={state}>
              {rule.description}
              <span class="unseen"> ({said(state)})</span>
            </li>
          );
        })}
      </ul>
      <p class="unseen" role="status">
        {told}
      </p>
    </div>
  );
}

type RuleState = "kept" | "broken" | "later";

/** Has the password what this pattern wants? Without a pattern, only the server can say. */
export function stateOf(pattern: string | null, typed: string): RuleState {
  if (pattern === null) return "later";
  return new RegExp(pattern, "u").test(typed) ? "kept" : "broken";
}

function said(state: RuleState): string {
  return { kept: t`rempli`, broken: t`manque`, later: t`vérifié à l’envoi` }[state];
}

/** As it stands within a sentence: both languages begin these words in lower case there. */
function lowered(words: string): string {
  return words.charAt(0).toLocaleLowerCase() + words.slice(1);
}

function missing(policy: Policy, typed: string): string | undefined {
  const broken = policy.rules.filter(({ pattern }) => stateOf(pattern, typed) === "broken");
  const rules = broken.map(({ description }) => lowered(description)).join(", ");
  return rules ? t`Il manque : ${rules}.` : undefined;
}

/** The same keys give the same password on every phone. */
export const normal = (password: string): string => password.normalize("NFKC");
