// Talks to /graphql. Owns what a refusal is and what becomes of a lost network.

import { t } from "@lingui/core/macro";
import type { Problem } from "./documents/shared";
import { language } from "./i18n";

/** Types meet texts here: see scripts/types.mjs. */
export interface Query<Data, Variables> {
  text: string;
  /** Never there: carries the types. */
  types?: (variables: Variables) => Data;
}

export interface Mutation<Payload, Input> {
  name: string;
  text: string;
  types?: (input: Input) => Payload;
}

/** Milliseconds after which nobody waits for an answer any more. */
const LONGEST = 30_000;

/** What answers `challengeSolution`: see components/proof-of-work. */
export interface Proof {
  solution(): Promise<string>;
  renew(): void;
}

/** The code of a Problem, or of an answer that never came. */
export type RefusalCode = Problem["code"] | "UNANSWERED" | "INSECURE";
export type Refusal = Omit<Problem, "code"> & { code: RefusalCode };

/** The answer is no, and `refusal.message` may be shown to the person. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Pick<Refusal, "code" | "message"> & Partial<Refusal>) {
    super(refusal.message);
    this.refusal = { faults: [], retryAfter: null, ...refusal };
  }
}

/** What a screen gives: the solution of the challenge is added here. */
type Given<Input> = Input extends null ? null : Omit<Input, "challengeSolution">;

/** Is it a refusal, of this code if one is named? */
export function isRefusal(error: unknown, code?: RefusalCode): error is Refused {
  return error instanceof Refused && (code === undefined || error.refusal.code === code);
}

/** The data of a query; Refused where the server says no, or (UNANSWERED) nothing to work with. */
export async function ask<Data, Variables>(query: Query<Data, Variables>, variables: Variables): Promise<Data> {
  return (await send(query.text, variables)) as Data;
}

/**
 * The payload of a mutation, or Refused. With a proof, its solution goes along; without, one is found only where the
 * server asks for it after all.
 */
export async function perform<Payload, Input>(
  mutation: Mutation<Payload, Input>,
  input: Given<Input>,
  proof?: Proof,
): Promise<Payload> {
  try {
    return await attempt(mutation, await proven(input, proof));
  } catch (error) {
    if (!isRefusal(error, "CHALLENGE_FAILED")) throw error;
  }
  proof?.renew();
  return attempt(mutation, await proven(input, proof ?? (await newProof())));
}

async function newProof(): Promise<Proof> {
  const module = await import("./proof-of-work").catch(() => {
    throw unanswered();
  });
  return module.newProof();
}

async function proven(input: object | null, proof?: Proof): Promise<object | null> {
  return proof ? { ...input, challengeSolution: await proof.solution() } : input;
}

async function attempt<Payload, Input>(mutation: Mutation<Payload, Input>, input: object | null): Promise<Payload> {
  const data = await send(mutation.text, input === null ? {} : { input });
  const result = data[mutation.name] as Payload | Problem;
  if (isProblem(result)) throw new Refused(result);
  return result;
}

function isProblem(result: unknown): result is Problem {
  return typeof result === "object" && result !== null && "faults" in result && "code" in result;
}

async function send(query: string, variables: unknown): Promise<Record<string, unknown>> {
  const answer = await fetched(query, variables).catch(() => null);
  if (answer?.data && !answer.errors) return answer.data;
  const no = answer?.errors?.find(({ extensions }) => extensions && "retryAfter" in extensions);
  if (no?.extensions) throw new Refused({ message: no.message, ...no.extensions });
  throw unanswered();
}

/** Nothing came back: an answer, or a part of the portal that was to be loaded. */
export function unanswered(): Refused {
  const message = navigator.onLine
    ? t`Le service ne répond pas. Ce que vous avez saisi est conservé : réessayez dans un instant.`
    : t`Vous n’êtes plus connecté à Internet. Ce que vous avez saisi est conservé : réessayez dès que possible.`;
  return new Refused({ code: "UNANSWERED", message });
}

interface Answer {
  data?: Record<string, unknown> | null;
  /** What a query is refused is told here; a mutation has its Problem. */
  errors?: { message: string; extensions?: Pick<Refusal, "code" | "retryAfter"> }[];
}

async function fetched(query: string, variables: unknown): Promise<Answer> {
  const response = await fetch("/graphql", {
    method: "POST",
    signal: AbortSignal.timeout(LONGEST),
    credentials: "same-origin",
    cache: "no-store",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      "accept-language": language.value,
    },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
