// How a phone number is read in France: the server keeps all of them as E.164.

/** `+33612345678` as `06 12 34 56 78`; numbers of other countries as they are. */
export function spelled(phone: string | null): string | null {
  const [, first, rest] = /^\+33(\d)(\d{8})$/.exec(phone ?? "") ?? [];
  return first ? `0${first} ${rest?.match(/../g)?.join(" ")}` : phone;
}
