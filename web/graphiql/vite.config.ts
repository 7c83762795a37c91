// Builds into api/built/graphiql: hashed names, each file beside its .br and .gz.

import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const SHRINKS = /\.(html|js|css|ttf|svg)$/;
const ways = { br: promisify(brotliCompress), gz: promisify(gzip) };

// GraphiQL carries Roboto and Fira Code in its stylesheet, 300 kB of them: the machine's own fonts do as well.
const withoutFonts: Plugin = {
  name: "without-fonts",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("@graphiql") && id.endsWith(".css") ? code.replace(/@font-face\s*{[^}]*}/g, "") : null,
};

const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  async writeBundle({ dir = "" }) {
    const names = await readdir(dir, { recursive: true });
    const shrunk = names.filter((name) => SHRINKS.test(name)).flatMap((name) =>
      Object.entries(ways).map(async ([ending, shrink]) => {
        const path = join(dir, name);
        await writeFile(`${path}.${ending}`, await shrink(await readFile(path)));
      }),
    );
    await Promise.all(shrunk);
  },
};

export default defineConfig({
  base: "/graphiql/",
  plugins: [withoutFonts, compressed],
  worker: { format: "es" },
  build: {
    outDir: "../../api/built/graphiql",
    emptyOutDir: true,
    assetsDir: "",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    target: "es2022",
    license: { fileName: "licenses.md" },
    rolldownOptions: { checks: { moduleLevelDirective: false, pluginTimings: false } },
  },
});
