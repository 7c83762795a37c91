// Puts the screen of the address into the layout. Each screen is a file of its own, loaded when somebody goes there.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Layout } from "./components/layout";
import { NotFound } from "./components/not-found";
import { Unloaded } from "./components/unloaded";
import { language, learn } from "./i18n";
import { match, visit, type Visit } from "./router";
import { ROUTES } from "./routes";
import { useStore } from "./store";

type Screen = ComponentType<Visit>;

const SCREENS = import.meta.glob<Screen>("./screens/*.tsx", { import: "default" });

interface Shown {
  screen: Screen;
  visit: Visit;
}

/** Is this path a screen of the portal? */
export const isOurs = (path: string): boolean => Object.keys(ROUTES).some((route) => match(route, path));

export function App() {
  const shown = useScreen(useStore(visit));
  useStore(language);
  return <Layout>{shown && <shown.screen key={shown.visit.step} {...shown.visit} />}</Layout>;
}

// The former screen stays until the next one is there.
function useScreen(next: Visit): Shown | null {
  const [shown, show] = useState<Shown | null>(null);
  useEffect(() => {
    let current = true;
    screenOf(next).then((found) => current && show(found));
    return () => void (current = false);
  }, [next]);
  return shown;
}

async function screenOf(next: Visit): Promise<Shown> {
  for (const [route, name] of Object.entries(ROUTES)) {
    const params = match(route, next.path);
    if (!params) continue;
    const screen = await loaded(name).catch(() => Unloaded);
    return { screen, visit: { ...next, params } };
  }
  return { screen: NotFound, visit: next };
}

async function loaded(name: string): Promise<Screen> {
  const [screen] = await Promise.all([SCREENS[`./screens/${name}.tsx`]?.(), learn(name)]);
  return screen ?? NotFound;
}
