// Every sentence of the source is in both languages, with the same facts in it.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const copy = mkdtempSync(join(process.cwd(), "node_modules/.words-"));
afterAll(() => rmSync(copy, { recursive: true }));

function catalog(folder: string, language: string): Map<string, string> {
  const text = readFileSync(join(folder, `src/locales/${language}/messages.po`), "utf8");
  const entries = text.matchAll(/^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)/gm);
  const read = (lines = "") => lines.trim().split("\n").map((line) => JSON.parse(line) as string).join("");
  return new Map([...entries].map(([, id, words]) => [read(id), read(words)] as const).filter(([id]) => id));
}

const facts = (text: string) => [...new Set(text.match(/\{\w+|<\/?\w+>/g))].sort();

test("the catalogs hold every sentence of the source and no other", () => {
  cpSync("src", join(copy, "src"), { recursive: true });
  cpSync("lingui.config.ts", join(copy, "lingui.config.ts"));
  execFileSync(process.execPath, ["../@lingui/cli/dist/lingui.js", "extract", "--clean"], { cwd: copy });
  for (const language of ["fr", "en"]) {
    expect([...catalog(".", language).keys()].sort()).toEqual([...catalog(copy, language).keys()].sort());
  }
});

test("every sentence has its English, with the same facts and links", () => {
  const english = catalog(".", "en");
  expect([...english].filter(([, words]) => !words).map(([id]) => id)).toEqual([]);
  for (const [id, words] of english) expect(facts(words), id).toEqual(facts(id));
});
