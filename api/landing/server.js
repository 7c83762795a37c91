// Talks to /graphql, and does the work that shows that one is no robot. Knows no page.

import { language, say } from "./words.js";

const PROBLEM = "... on Problem { code message faults { path code message } retryAfter }";
const AT_ONCE = 16;
const MOST_TRIES = 1_000_000;

// The server's answer is no, and `problem` may be shown to the person.
export class Refused extends Error {
  constructor(problem) {
    super(problem.message);
    this.problem = { faults: [], retryAfter: null, ...problem };
  }
}

// The data of a query; Refused where there is no answer to work with.
export async function ask(query, variables = {}) {
  let answer = null;
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      headers: { "content-type": "application/json", accept: "application/json", "accept-language": language },
      body: JSON.stringify({ query, variables }),
    });
    answer = await response.json();
  } catch {
    // Told below, like every other answer that is none.
  }
  if (!answer?.data) throw new Refused({ code: "UNANSWERED", message: say("unanswered") });
  return answer.data;
}

// The payload of a mutation (`payload` is "Type { fields }"), or Refused. With `proving`, called when it begins, a
// proof of work goes along at once; without, only where the server asks for one after all.
export async function perform(name, input, payload, proving = null) {
  if (!proving) {
    try {
      return await send(name, input, payload);
    } catch (error) {
      if (error.problem?.code !== "CHALLENGE_FAILED") throw error;
    }
  }
  proving?.();
  const { challenge } = await ask("{ challenge { payload } }");
  return send(name, { ...input, challengeSolution: await solve(challenge.payload) }, payload);
}

async function send(name, input, payload) {
  const argument = input ? "(input: $input)" : "";
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const variables = input ? `($input: ${type}!)` : "";
  const document = `mutation${variables} { ${name}${argument} { ... on ${payload} ${PROBLEM} } }`;
  const result = (await ask(document, input ? { input } : {}))[name];
  if (result.code) throw new Refused(result);
  return result;
}

// ALTCHA with PBKDF2: the first counter whose key, derived from nonce and counter, begins with the prefix.
export async function solve(payload) {
  if (!globalThis.crypto?.subtle) throw new Refused({ code: "INSECURE", message: say("insecure") });
  const challenge = JSON.parse(payload);
  const asked = challenge.parameters;
  const unknown = asked.algorithm !== "PBKDF2/SHA-256";
  for (let first = 0; !unknown && first < MOST_TRIES; first += AT_ONCE) {
    const keys = await Promise.all(Array.from({ length: AT_ONCE }, (_, next) => derive(asked, first + next)));
    const found = keys.findIndex((key) => key.startsWith(asked.keyPrefix.toLowerCase()));
    if (found >= 0) {
      return btoa(JSON.stringify({ challenge, solution: { counter: first + found, derivedKey: keys[found] } }));
    }
  }
  throw new Refused({ code: "CHALLENGE_FAILED", message: say("unsolved") });
}

async function derive({ nonce, salt, cost, keyLength }, counter) {
  const start = bytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  new DataView(password.buffer).setUint32(start.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * keyLength)));
}

const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(buffer, (byte) => byte.toString(16).padStart(2, "0")).join("");
