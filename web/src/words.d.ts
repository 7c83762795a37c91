declare module "virtual:words" {
  import type { Messages } from "@lingui/core";

  /** By language and part; see scripts/parts.mjs. */
  export const WORDS: Record<"fr" | "en", Record<string, () => Promise<{ messages: Messages }>>>;
}
