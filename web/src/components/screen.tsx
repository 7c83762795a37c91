// The frame of every screen: its title in the page, in the tab, and in the ears of whoever arrives.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { language } from "../i18n";
import { dress } from "../theme/dress";
import { useStore } from "../store";
import { announce } from "./status";

interface Props {
  /** Says which screen, and which state of it, this is: `sign-in`, `register-form`. */
  name: string;
  title: string;
  /** Above the title: « Étape 2 sur 3 », or the way back. */
  step?: ComponentChildren;
  children: ComponentChildren;
}

/** The title takes the focus when the screen or its state is another: not when the language is. */
export function Screen({ name, title, step, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const site = useStore(dress)?.name;
  useEffect(() => {
    announce("");
    heading.current?.focus();
    scrollTo(0, 0);
  }, [name]);
  useEffect(() => {
    document.title = `${title} – ${site ?? t`Espace usager`}`;
  }, [title, site, language.value]);
  return (
    <main id="main" data-screen={name}>
      {step && <p class="step">{step}</p>}
      <h1 tabIndex={-1} ref={heading}>
        {title}
      </h1>
      {children}
    </main>
  );
}

/** Where what had the focus is gone. */
export function focusTitle(): void {
  document.querySelector<HTMLElement>("h1")?.focus();
}
