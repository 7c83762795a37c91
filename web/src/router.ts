// Where one is: addresses, the history, and what travels with a step without being seen in the address.

import { store } from "./store";

export interface Visit {
  path: string;
  /** The named parts of the route: `/operators/{slug}`. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** What followed `#` in a mailed link, or was given to `go`: lives in this entry of the history, survives a reload. */
  carried: Record<string, string>;
  /** Another number for each step, so that the same screen begins anew. */
  step: number;
}

export type Draft = Record<string, unknown>;

const SIGN_IN = "/sign-in";
let steps = 0;

/** Where one is now. */
export const visit = store<Visit>(read());

// What follows « # » is a secret more often than not: it leaves the address bar at once, and is no part of any request.
// Without a name, it is a place on the page.
function read(): Visit {
  const after = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  const carried: Record<string, string> = { ...history.state?.carried, ...Object.fromEntries(after) };
  if (after.size) history.replaceState({ ...history.state, carried }, "", location.pathname + location.search);
  const query = new URLSearchParams(location.search);
  return { path: location.pathname, params: {}, query, carried, step: ++steps };
}

interface Manner {
  replace?: boolean;
  carried?: Record<string, string>;
  draft?: Draft;
}

/** Go to an address of the portal, or away to one of the server's own pages. */
export function go(to: string, how: Manner = {}): void {
  const address = new URL(to, location.href);
  if (address.origin !== location.origin || !isOurs(address.pathname)) return location.assign(address);
  const state = { carried: how.carried ?? {}, draft: how.draft };
  history[how.replace ? "replaceState" : "pushState"](state, "", address.pathname + address.search + address.hash);
  visit.set(read());
  scrollTo(0, 0);
}

/** To the sign-in form, and back here afterwards, with what this step carried and what was typed. */
export function toSignIn(draft = typed()): void {
  if (location.pathname === SIGN_IN) return;
  const back = location.pathname + location.search;
  go(`${SIGN_IN}?${new URLSearchParams({ back })}`, { replace: true, carried: history.state?.carried, draft });
}

/** What was typed into the form of this step, by the names of its fields, before a reload or a sign-in. */
export const typed = (): Draft => history.state?.draft ?? {};

/** Keep it with this entry of the history; nothing is drawn anew. */
export function keepTyped(draft: Draft): void {
  history.replaceState({ ...history.state, draft }, "");
}

/** Where `?back=` leads, if it is a path of this server; `otherwise` if not. */
export function wayBack(query: URLSearchParams, otherwise: string): string {
  const back = query.get("back") ?? "";
  if (!/^\/(?![/\\])/.test(back)) return otherwise;
  const address = new URL(back, location.origin);
  // « /.//elsewhere » is a path of ours that begins as another server's address once it is written out.
  const ours = address.origin === location.origin && !address.pathname.startsWith("//");
  return ours ? address.pathname + address.search : otherwise;
}

/** Where whoever opens an account may sign in instead: at the provider's own page, where a service waits for them. */
export function signInPath(query: URLSearchParams): string {
  const from = query.get("continue");
  return from ? `/login?${new URLSearchParams({ continue: from })}` : SIGN_IN;
}

/** Where the ways to open an account with this operator are, for the same service that waits. */
export function operatorPath(slug: string, query: URLSearchParams): string {
  const from = query.get("continue");
  return `/operators/${slug}${from ? `?${new URLSearchParams({ continue: from })}` : ""}`;
}

/** The parts of a path that a route names, or null where the route is another. */
export function match(route: string, path: string): Record<string, string> | null {
  const wanted = route.split("/");
  const given = path.replace(/(.)\/$/, "$1").split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name) params[name] = decoded(given[index] ?? "");
    else if (part !== given[index]) return null;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

let isOurs: (path: string) => boolean = () => true;

/** Follow the history and the links of the page; `ours` says which paths are screens. */
export function start(ours: (path: string) => boolean): void {
  isOurs = ours;
  addEventListener("popstate", () => visit.set(read()));
  addEventListener("click", follow);
}

// An ordinary click on a link to another screen stays in the page; everything else is the browser's.
function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest?.("a");
  if (!link?.href || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (!isOurs(link.pathname) || (link.hash && link.pathname === location.pathname)) return;
  event.preventDefault();
  go(link.href);
}
