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
  "/check-mail": () => import("./screens/check-mail"),
  "/confirm": () => import("./screens/confirm"),
  "/disown": () => import("./screens/disown"),
  "/forgot": () => import("./screens/forgot"),
  "/reset": () => import("./screens/reset"),
  "/activate": () => import("./screens/activate"),
  "/link-contract": () => import("./screens/link-contract"),
  "/confirm-request": () => import("./screens/confirm-request"),
  "/confirm-email": () => import("./screens/confirm-email"),
  "/undo-email": () => import("./screens/undo-email"),
  "/sign-in": () => import("./screens/sign-in"),
  "/account": () => import("./screens/account"),
  "/account/profile": () => import("./screens/account-profile"),
  "/account/add-contract": () => import("./screens/account-add-contract"),
  "/account/email": () => import("./screens/account-email"),
  "/account/password": () => import("./screens/account-password"),
  "/account/sessions": () => import("./screens/account-sessions"),
  "/account/services": () => import("./screens/account-services"),
  "/account/close": () => import("./screens/account-close"),
  "/request": () => import("./screens/request"),
  "/follow": () => import("./screens/follow"),
};
