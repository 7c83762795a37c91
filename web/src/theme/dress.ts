// Whose portal it looks like: the operator's name, logo and colours over our own tokens, kept for the visit.

import type { OperatorFacts } from "../documents/shared";
import { store } from "../store";

type Wearer = Pick<OperatorFacts, "slug" | "name" | "theme" | "termsOfService" | "supportEmail">;

const KEPT = "parvis.dress";
/** The tokens of theme.css; the server says only colours that can be read on our pages. */
const TOKENS = {
  "--accent-light": "colour",
  "--accent-dark": "darkColour",
  "--second-light": "secondColour",
  "--second-dark": "darkSecondColour",
} as const;

/** Null: nobody's in particular. */
export const dress = store<Wearer | null>(kept());

/** Look like this operator from now on, or like nobody's in particular. */
export function wear(operator: Wearer | null): void {
  if (operator?.slug === dress.value?.slug) return;
  dress.set(operator);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(operator));
  } catch {
    // A browser may refuse to store anything; the page looks the same until it is left.
  }
}

function kept(): Wearer | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}

// Through the CSSOM, which the pages' policy allows.
function paint(): void {
  const { style } = document.documentElement;
  for (const [token, name] of Object.entries(TOKENS)) {
    const colour = dress.value?.theme[name];
    if (colour) style.setProperty(token, colour);
    else style.removeProperty(token);
  }
}

dress.watch(paint);
paint();
