// Buttons and links that look like buttons. A button that waits keeps its place and its focus.

import type { ComponentChildren } from "preact";
import { go } from "../router";

export type Look = "main" | "second" | "quiet" | "danger";

interface ButtonProps {
  children: ComponentChildren;
  press?: () => unknown;
  look?: Look;
  busy?: boolean;
  submits?: boolean;
  pressed?: boolean;
  describedBy?: string;
}

export function Button({ children, press, look = "main", busy = false, submits = false, pressed, describedBy }: ButtonProps) {
  return (
    <button
      type={submits ? "submit" : "button"}
      class={`button ${look}`}
      aria-disabled={busy || undefined}
      aria-pressed={pressed}
      aria-describedby={describedBy}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else void press?.();
      }}
    >
      {children}
    </button>
  );
}

interface LinkProps {
  to: string;
  children: ComponentChildren;
  /** A link that looks like a button: the one way on of a screen. */
  look?: Look;
  /** Opens a tab of its own; say so in the words. */
  apart?: boolean;
  /** What goes along without being seen in the address: see `go`. */
  carried?: Record<string, string>;
}

export function Link({ to, children, look, apart = false, carried }: LinkProps) {
  return (
    <a
      href={to}
      class={look && `button ${look}`}
      target={apart ? "_blank" : undefined}
      rel={apart ? "noopener" : undefined}
      onClick={(event) => {
        if (!carried || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(to, { carried });
      }}
    >
      {children}
    </a>
  );
}
