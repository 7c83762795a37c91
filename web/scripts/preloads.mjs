// Writes preloads.json: what each screen needs beyond the first file, so that the server can name it in the document
// and nothing is asked for one after the other (api/portal.py).

import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROUTE = /^ {2}"(\/[^"]*)": "([\w-]+)"/gm;
const WORDS = /\/locales\/(\w+)\/messages\.po\?part=([\w-]+)\.po$/;

/** A Vite plugin: by path, `files`, and in `words` those of either language. */
export function preloads() {
  let root = "";
  return {
    name: "preloads",
    apply: "build",
    configResolved(config) {
      root = config.root;
    },
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter(({ type }) => type === "chunk");
      const routes = readFileSync(join(root, "src/routes.ts"), "utf8").matchAll(ROUTE);
      const known = closure(bundle, chunks.find(({ isEntry }) => isEntry).fileName);
      const needs = (name) => {
        const screen = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/src/screens/${name}.tsx`));
        const files = [...closure(bundle, screen.fileName)].filter((file) => !known.has(file));
        return { files, words: words(chunks, ["start", name]) };
      };
      const table = Object.fromEntries([...routes].map(([, path, name]) => [path, needs(name)]));
      this.emitFile({ type: "asset", fileName: "preloads.json", source: JSON.stringify(table) });
    },
  };
}

function words(chunks, parts) {
  const found = {};
  for (const { facadeModuleId, fileName } of chunks) {
    const [, language, part] = WORDS.exec(facadeModuleId ?? "") ?? [];
    if (parts.includes(part)) (found[language] ??= []).push(fileName);
  }
  return found;
}

function closure(bundle, file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const other of bundle[file].imports) closure(bundle, other, found);
  return found;
}
