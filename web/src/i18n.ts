// Which language the portal speaks, and how it writes moments and lengths of time.

import { i18n } from "@lingui/core";
import { plural } from "@lingui/core/macro";
import { WORDS } from "virtual:words";
import { store } from "./store";

export const LANGUAGES = { fr: "Français", en: "English" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "parvis.language";
/** The parts of the words that this page has needed so far. */
const needed = new Set(["start"]);

/** The language in use; `useStore(language)` where something must follow it. */
export const language = store<Language>(preferred());
let next = language.value;

/** Load the words of a language and speak it from now on; `keep` where a person chose it. */
export async function speak(chosen: Language, keep = false): Promise<void> {
  next = chosen;
  await Promise.all([...needed].map((part) => load(chosen, part)));
  i18n.activate(chosen);
  document.documentElement.lang = chosen;
  if (keep) remember(chosen);
  language.set(chosen);
}

/** Load the words of a screen, in the language in use and in the one that is about to be. */
export async function learn(part: string): Promise<void> {
  needed.add(part);
  await Promise.all([...new Set([language.value, next])].map((one) => load(one, part)));
}

async function load(chosen: Language, part: string): Promise<void> {
  const words = await WORDS[chosen][part]?.();
  if (words) i18n.load(chosen, words.messages);
}

// What the address asks for, what was chosen before, what the browser prefers, French.
function preferred(): Language {
  const asked = new URLSearchParams(location.search).get("lang");
  const tags = [asked, remembered(), ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return tags.find(isLanguage) ?? "fr";
}

function isLanguage(tag: string | undefined): tag is Language {
  return tag !== undefined && tag in LANGUAGES;
}

// A browser may refuse to store anything; the choice then lasts as long as the page.
function remembered(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function remember(chosen: Language): void {
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // As above.
  }
}

/** Dates are European in every language, as in the letters. */
const WRITTEN: Record<Language, string> = { fr: "fr-FR", en: "en-GB" };

/** `20 novembre 2026 à 14:05`; `style` for a day or an hour alone. */
export function when(moment: string | Date, style: "moment" | "day" | "hour" = "moment"): string {
  const styles: Record<typeof style, Intl.DateTimeFormatOptions> = {
    moment: { dateStyle: "long", timeStyle: "short" },
    day: { dateStyle: "long" },
    hour: { timeStyle: "short" },
  };
  return new Intl.DateTimeFormat(WRITTEN[language.value], styles[style]).format(new Date(moment));
}

/** `45 secondes`, `5 minutes`. */
export function lasting(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (seconds < 90) return plural(seconds, { one: "# seconde", other: "# secondes" });
  return plural(minutes, { one: "# minute", other: "# minutes" });
}
