// Counts down to a moment, quietly: a screen reader is told once, when the time has come.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { lasting } from "../i18n";

interface Props {
  /** A moment as the server writes it, or in milliseconds. */
  until: string | number;
  /** Given the time that is left, in words. */
  children: (left: string) => ComponentChildren;
  /** Shown, and told, once there is none left. */
  ready: ComponentChildren;
}

export function Countdown({ until, children, ready }: Props) {
  const left = useSecondsUntil(until);
  return (
    <>
      {left > 0 && <span aria-live="off">{children(lasting(left))}</span>}
      <span role="status">{left > 0 ? "" : ready}</span>
    </>
  );
}

/** Whole seconds from now until a moment, drawn anew each second; 0 once it has passed. */
export function useSecondsUntil(until: string | number): number {
  const end = typeof until === "number" ? until : Date.parse(until);
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    tick(Date.now());
    const timer = setInterval(() => {
      tick(Date.now());
      if (Date.now() >= end) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [end]);
  return Math.max(0, Math.ceil((end - now) / 1000));
}
