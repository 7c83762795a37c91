// Every screen of the portal and where it is. api/portal.py serves the same paths: a test holds the two together.

import type { ComponentType } from "preact";
import type { Visit } from "./router";

export type Screen = ComponentType<Visit>;

export const ROUTES: Record<string, () => Promise<{ default: Screen }>> = {
  "/": () => import("./screens/home"),
  "/operators/{slug}": () => import("./screens/operators"),
  "/register": () => import("./screens/register"),
  "/terms/{slug}": () => import("./screens/terms"),
  "/accessibility": () => import("./screens/accessibility"),
  "/sign-in": () => import("./screens/sign-in"),
  "/account": () => import("./screens/account"),
};
