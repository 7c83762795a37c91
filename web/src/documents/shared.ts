// Written from shared.graphql by `npm run types`.

import type { ProblemCode, ProofMethod, ServiceKind } from "../schema";
import type { Query } from "../server";

export type Problem = {
  code: ProblemCode;
  message: string;
  faults: {
    path: string[];
    code: string;
    message: string;
  }[];
  retryAfter: number | null;
};

export type Address = {
  lines: string[];
  postcode: string;
  city: string;
};

export type OperatorFacts = {
  slug: string;
  name: string;
  services: ServiceKind[];
  proofMethods: ProofMethod[];
  acceptsRequests: boolean;
  activationKeysChecked: boolean;
  supportEmail: string | null;
  termsOfService: {
    version: string;
    url: string;
  };
  theme: {
    logoUrl: string | null;
    colour: string | null;
    secondColour: string | null;
    darkColour: string | null;
    darkSecondColour: string | null;
  };
};

export type Policy = {
  minLength: number;
  maxLength: number;
  rules: {
    code: string;
    description: string;
    pattern: string | null;
  }[];
};

export type NewChallenge = {
  challenge: {
    payload: string;
    expiresAt: string;
  };
};
export const NewChallenge: Query<NewChallenge, Record<string, never>> = {
  text: "query NewChallenge{challenge{payload expiresAt}}",
};
