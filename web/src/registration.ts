// How far the registration of this tab is: what a reload, a look at the terms or a phone call must not lose.

import type { Shown } from "./components/proof-form";
import type { Proven } from "./documents/register";
import type { ProfileInput } from "./schema";

/** What was typed into the form; a password is never kept. */
export interface Draft {
  profile?: Partial<ProfileInput>;
  email?: string | null;
}

export interface Registration {
  proof: Proven;
  /** So that a proof that grew old is renewed without asking anything again. */
  shown: Shown;
  draft: Draft;
}

const KEPT = "parvis.registration";
let held: Registration | null | undefined;

/** The registration that was begun in this tab, if it still goes on. */
export function find(): Registration | null {
  if (held === undefined) held = read();
  return held;
}

export function keep(registration: Registration): void {
  held = registration;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(registration));
  } catch {
    // A browser may refuse to store anything; the registration then lasts as long as the page.
  }
}

/** It was handed in, or given up. */
export function forget(): void {
  held = null;
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // As above.
  }
}

function read(): Registration | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}
