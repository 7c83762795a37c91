// What people call the browser of a session, from what it calls itself. A guess that helps to recognise it, no more.

import { t } from "@lingui/core/macro";

// The first that fits: Edge and Opera also say Chrome, and Chrome also says Safari.
const BROWSERS: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Macintosh|Mac OS X/, "Mac"],
  [/CrOS/, "Chromebook"],
  [/Linux|X11/, "Linux"],
];

/** `Firefox sur Windows`, as much of it as can be told. */
export function deviceName(userAgent: string | null): string {
  const browser = named(BROWSERS, userAgent);
  const system = named(SYSTEMS, userAgent);
  if (browser && system) return t`${browser} sur ${system}`;
  return browser ?? system ?? t`Appareil inconnu`;
}

function named(table: [RegExp, string][], userAgent: string | null): string | undefined {
  return table.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1];
}
