// A framed message: good news, a warning, or something to know.

import type { ComponentChildren } from "preact";

interface Props {
  kind?: "info" | "good" | "alert";
  title?: string;
  children?: ComponentChildren;
}

export function Notice({ kind = "info", title, children }: Props) {
  return (
    <div class={`notice ${kind}`}>
      {title && <p class="notice-title">{title}</p>}
      {children}
    </div>
  );
}
