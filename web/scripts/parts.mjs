// The words come in parts, as the screens do: what stands around every screen, and what each screen says of its own.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";

const WEB = join(dirname(fileURLToPath(import.meta.url)), "..");
const START = "src/main.tsx";
const NAME = "virtual:words";
const PART = /\/locales\/(\w+)\/messages\.po\?part=([\w-]*)\.po$/;

/** A Vite plugin: `virtual:words` gives, by language and part, what loads the words; the part « start » is everybody's. */
export function parts() {
  return {
    name: "parts-of-the-words",
    enforce: "post",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) => (id === `\0${NAME}` ? table() : null),
    async transform(code, id) {
      const [, language, part] = PART.exec(id) ?? [];
      if (!language) return null;
      const said = await saidIn(part, language);
      return { code: code.replace(/JSON\.parse\((".*")\)/, (_, text) => only(JSON.parse(text), said)), map: null };
    },
  };
}

function only(messages, said) {
  const kept = Object.entries(JSON.parse(messages)).filter(([id]) => said.has(id));
  return `JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(kept)))})`;
}

function table() {
  const names = ["start", ...screens()];
  const file = (language, part) => `/src/locales/${language}/messages.po?part=${part}.po`;
  const load = (language) => names.map((part) => `${JSON.stringify(part)}: () => import("${file(language, part)}")`);
  const { locales } = getConfig({ cwd: WEB });
  return `export const WORDS = { ${locales.map((one) => `${one}: { ${load(one).join(", ")} }`).join(", ")} };`;
}

const screens = () => readdirSync(join(WEB, "src/screens")).map((file) => basename(file, ".tsx"));

// A sentence belongs to a screen where the screen, or what it is made of, says it.
async function saidIn(part, language) {
  const start = reached(START);
  const files = part === "start" ? start : reached(`src/screens/${part}.tsx`);
  const [catalog] = await getCatalogs(getConfig({ cwd: WEB }));
  const all = Object.entries(await catalog.read(language));
  const says = (among, { origin }) => origin.some(([file]) => among.has(file));
  const own = all.filter(([, one]) => says(files, one) && (part === "start" || !says(start, one)));
  return new Set(own.map(([id]) => id));
}

/** The source files that this one is made of, those included that it loads later. */
function reached(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(join(WEB, file), "utf8").replace(/^import type [^;]*;/gm, "");
  for (const [, path] of text.matchAll(/(?:from|import\(|import) ?"(\.[^"]+)"/g)) {
    const stem = join(dirname(file), path);
    const module = [`${stem}.tsx`, `${stem}.ts`].find((one) => existsSync(join(WEB, one)));
    if (module) reached(module, found);
  }
  return found;
}
