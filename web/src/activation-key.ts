// What an activation key looks like and how it is typed: the same rules as the server's identity/proof/key_form.py.

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const LENGTH = 16;
const GROUP = 4;
const SHORTEST_FOREIGN = 8;
const LONGEST_FOREIGN = 32;

const SEPARATORS = /[\p{Zs}\p{Zl}\p{Zp}\p{Cc}\p{Cf}\p{Pd}\p{Pc}\u2212\u2043\u00b7\u2022.]/gu;
const LOOKALIKES: Record<string, string> = { O: "0", I: "1", L: "1" };

/** What all spellings of a key share: no separator, capitals, 0 for O, 1 for I and L. */
export function fold(typed: string): string {
  const symbols = typed.normalize("NFKC").replace(SEPARATORS, "").toUpperCase();
  return symbols.replace(/[OIL]/g, (symbol) => LOOKALIKES[symbol] ?? symbol);
}

/** `XXXX-XXXX-XXXX-XXXX`, as far as it is typed. */
export function grouped(folded: string): string {
  return folded.match(new RegExp(`.{1,${GROUP}}`, "gu"))?.join("-") ?? "";
}

/** Is this a key of ours, check symbol included? Over GF(32), as key_form.py tells. */
export function isChecked(folded: string): boolean {
  if (folded.length !== LENGTH) return false;
  let total = 0;
  for (const symbol of folded) {
    const value = ALPHABET.indexOf(symbol);
    if (value < 0) return false;
    const doubled = total << 1;
    total = (doubled & 0b100000 ? doubled ^ 0b100101 : doubled) ^ value;
  }
  return total === 0;
}

/** Could it be a key that another system printed? */
export function isForeign(folded: string): boolean {
  return /^[0-9A-Z]+$/.test(folded) && folded.length >= SHORTEST_FOREIGN && folded.length <= LONGEST_FOREIGN;
}

/** What the field shows after a change, and where the caret then is: behind the symbols it was behind. */
export function retyped(typed: string, caret: number): { text: string; caret: number } {
  const before = fold(typed.slice(0, caret)).length;
  return { text: grouped(fold(typed)), caret: before + Math.max(0, Math.ceil(before / GROUP) - 1) };
}
