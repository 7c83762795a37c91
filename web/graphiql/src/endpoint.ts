// Sends operations to /graphql, by this browser's cookies and by whatever is written under Headers.
//
// "<proofToken>" in the variables stands for what an earlier answer gave; it is filled in as the operation leaves.

import type { GraphiQLProps } from "graphiql";

// What later steps need of earlier answers: the name there, and the name in "<…>" here.
const CARRIED: Record<string, string> = { proofToken: "proofToken", version: "termsVersion", reference: "reference" };
const UNUSED_KEY = "/demo/activation-key";

const carried = new Map<string, string>();

export const ask: GraphiQLProps["fetcher"] = async ({ query, variables, operationName }, options) => {
  // GraphiQL learns an operation's name a moment after its tab was opened: until then it tells the former tab's.
  const name = operationName && query.includes(operationName) ? operationName : undefined;
  const response = await fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    cache: "no-store",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json",
      ...options?.headers,
    },
    body: JSON.stringify({ query, operationName: name, variables: await filled(variables) }),
  });
  const answer = await response.json();
  remember(answer.data);
  return answer;
};

async function filled(variables: unknown): Promise<unknown> {
  const written = JSON.stringify(variables ?? null);
  if (written.includes('"<activationKey>"')) await drawKey();
  return JSON.parse(written, (_, value) => carried.get(value) ?? value);
}

// The demonstration has keys that nobody used; elsewhere there are none to give away.
async function drawKey() {
  const answer = await fetch(UNUSED_KEY);
  if (answer.ok) carried.set("<activationKey>", await answer.text());
}

function remember(value: unknown) {
  if (value === null || typeof value !== "object") return;
  for (const [name, inner] of Object.entries(value)) {
    if (CARRIED[name] && typeof inner === "string") carried.set(`<${CARRIED[name]}>`, inner);
    else remember(inner);
  }
}
