import { defineConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

export default defineConfig({
  sourceLocale: "fr",
  locales: ["fr", "en"],
  catalogs: [{ path: "<rootDir>/src/locales/{locale}/messages", include: ["src"] }],
  // Without line numbers, a catalog changes when a sentence does.
  format: formatter({ lineNumbers: false }),
  runtimeConfigModule: ["@lingui/core", "i18n"],
});
