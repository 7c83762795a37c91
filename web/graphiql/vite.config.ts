// Builds into api/built/graphiql: hashed names, each file beside its .br and .gz.

import { defineConfig, type Plugin } from "vite";
import { compressed } from "../scripts/compressed.mjs";

// GraphiQL carries Roboto and Fira Code in its stylesheet, 300 kB of them: the machine's own fonts do as well.
const withoutFonts: Plugin = {
  name: "without-fonts",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("@graphiql") && id.endsWith(".css") ? code.replace(/@font-face\s*{[^}]*}/g, "") : null,
};

export default defineConfig({
  base: "/graphiql/",
  // 6.6 MB, read by developers: the last tenth of them would take brotli sixteen times as long.
  plugins: [withoutFonts, compressed({ quality: 9 }) as Plugin],
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
