// Written from request.graphql by `npm run types`.

import type { AccountRequestState, RequestAccountInput } from "../schema";
import type { Mutation, Query } from "../server";
import type { Person } from "./account";
import type { OperatorFacts } from "./shared";
import type { Mail } from "./check-mail";

export type Requesting = {
  me: Person & {
    email: string;
  } | null;
  operator: OperatorFacts | null;
};
export const Requesting: Query<Requesting, { slug: string }> = {
  text: "query Requesting($slug:String!){me{email ...Person}operator(slug:$slug){...OperatorFacts}}fragment Person on Account{legalNature civility organizationName familyName givenName phone mobile locale}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}",
};

export type RequestAccount = {
  reference: string;
  expiresAt: string;
  mail: Mail;
};
export const RequestAccount: Mutation<RequestAccount, RequestAccountInput> = {
  name: "requestAccount",
  text: "mutation RequestAccount($input:RequestAccountInput!){requestAccount(input:$input){...on Problem{...Problem}...on AccountRequestReceived{reference expiresAt mail{...Mail}}}}fragment Problem on Problem{code message faults{path code message}retryAfter}fragment Mail on ExpectedMail{subject language sender address}",
};

export type RequestStatus = {
  accountRequest: {
    reference: string;
    status: AccountRequestState;
    reason: string | null;
    updatedAt: string;
    operator: OperatorFacts;
  } | null;
};
export const RequestStatus: Query<RequestStatus, { reference: string; email: string }> = {
  text: "query RequestStatus($reference:String!$email:String!){accountRequest(reference:$reference email:$email){reference status reason updatedAt operator{...OperatorFacts}}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}",
};
