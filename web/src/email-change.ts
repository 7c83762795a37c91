// The address that waits to be confirmed, as far as this tab knows: the server tells nobody of it.

export interface EmailChange {
  from: string;
  to: string;
  until: string;
}

const KEPT = "parvis.email-change";

/** The change that still waits; `current` is the account's address now. Another account's is nobody's business. */
export function find(current: string): EmailChange | null {
  const change = read();
  return change && change.from === current && Date.parse(change.until) > Date.now() ? change : null;
}

export function keep(change: EmailChange): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(change));
  } catch {
    // A browser may refuse to store anything; the account then does not say that an address waits.
  }
}

/** Somebody else may sign in next. */
export function forget(): void {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // As above.
  }
}

function read(): EmailChange | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}
