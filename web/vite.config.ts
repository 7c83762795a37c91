import { lingui } from "@lingui/vite-plugin";
import preact from "@preact/preset-vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { compressed } from "./scripts/compressed.mjs";
import { parts } from "./scripts/parts.mjs";
import { preloads } from "./scripts/preloads.mjs";

const SERVER = "http://localhost:8000";

const PARTS = /\/src\/(server\.ts|components\/(form|field|text-field|choice-field|password-field|loaded|notice|rich)\.tsx)$/;

// French wants spaces that do not break inside « » and before ? ! : ; wherever a sentence of the catalog is shown.
const spaced: Plugin = {
  name: "french-spaces",
  enforce: "post",
  transform(code, id) {
    if (!id.includes("/locales/fr/")) return null;
    return { code: code.replace(/« /g, "«\u00a0").replace(/ ([»?!:;])/g, "\u00a0$1"), map: null };
  },
};

export default defineConfig({
  base: "/portal/",
  publicDir: false,
  plugins: [
    preact({
      babel: { plugins: ["@lingui/babel-plugin-lingui-macro"] },
      reactAliasesEnabled: false,
      devToolsEnabled: false,
    }),
    lingui({ failOnMissing: true, failOnCompileError: true }),
    parts(),
    spaced,
    preloads(),
    compressed(),
  ],
  build: {
    outDir: "../api/built/portal",
    emptyOutDir: true,
    assetsDir: "",
    assetsInlineLimit: 0, // the policy lets pages load files of this server, and nothing written into them
    target: "es2022",
    modulePreload: { polyfill: false },
    manifest: "manifest.json",
    // What nearly every screen is made of comes in one file: fewer requests, and smaller once compressed.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "parts", test: PARTS }] } } },
  },
  server: {
    // What is no file of the portal goes to `parvis serve`, as if its own page had asked.
    proxy: Object.fromEntries(
      ["/graphql", "/login", "/demo", "/.well-known"].map((path) => [
        path,
        { target: SERVER, headers: { origin: SERVER } },
      ]),
    ),
  },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
  },
});
