// What is written from something else is what it would be if it were written today.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generated } from "../scripts/types.mjs";

test.each([...generated()])("%s is what `npm run types` writes", (path, text) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});
