// Shows that one is no robot, by ALTCHA's solver: begun while the person types, so that nobody waits for it.

import { t } from "@lingui/core/macro";
import { NewChallenge } from "./documents/shared";
import { ask, Refused, unanswered, type Proof } from "./server";
import { store, type Store } from "./store";

export type Progress = "idle" | "working" | "done" | "failed";

export interface WatchedProof extends Proof {
  progress: Store<Progress>;
}

interface Found {
  solution: string;
  expires: number;
}

const SPARE = 60_000;
const LONGEST = 120_000;

/** A proof that nobody has worked for yet; `solution()` begins, and gives the same one until it expires. */
export function newProof(): WatchedProof {
  const progress = store<Progress>("idle");
  let found: Promise<Found> | null = null;

  async function work(): Promise<Found> {
    progress.set("working");
    try {
      const { challenge } = await ask(NewChallenge, {});
      const made = { solution: await solve(challenge.payload), expires: Date.parse(challenge.expiresAt) };
      progress.set("done");
      return made;
    } catch (error) {
      found = null;
      progress.set("failed");
      throw error;
    }
  }

  return {
    progress,
    renew: () => void (found = null),
    async solution() {
      if (found && (await found).expires - SPARE < Date.now()) found = null;
      return (await (found ??= work())).solution;
    },
  };
}

/** What to send for a challenge. The key is derived outside the page's own thread, by the browser. */
export async function solve(payload: string): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new Refused({
      code: "INSECURE",
      message: t`Cette page n’est pas ouverte en https : votre navigateur ne peut pas faire la vérification de sécurité.`,
    });
  }
  const { pbkdf2, solveChallenge } = await solver();
  const challenge = JSON.parse(payload);
  const solution = await solveChallenge({ challenge, deriveKey: pbkdf2.deriveKey, timeout: LONGEST });
  if (!solution) {
    throw new Refused({
      code: "CHALLENGE_FAILED",
      message: t`La vérification de sécurité n’a pas abouti. Veuillez réessayer.`,
    });
  }
  return btoa(JSON.stringify({ challenge, solution }));
}

// Named one by one, so that the build keeps these two alone.
async function solver() {
  try {
    const { pbkdf2, solveChallenge } = await import("altcha/lib");
    return { pbkdf2, solveChallenge };
  } catch {
    throw unanswered();
  }
}
