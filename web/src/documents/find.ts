// Written from find.graphql by `npm run types`.

import type { PendingRegistrationStatus } from "../schema";
import type { Query } from "../server";
import type { OperatorFacts } from "./shared";

export type Welcome = {
  me: {
    email: string;
  } | null;
  pendingRegistration: {
    status: PendingRegistrationStatus;
    email: string;
  } | null;
};
export const Welcome: Query<Welcome, Record<string, never>> = {
  text: "query Welcome{me{email}pendingRegistration{status email}}",
};

export type Communes = {
  communes: {
    inseeCode: string;
    name: string;
    postcodes: string[];
  }[];
};
export const Communes: Query<Communes, { search: string; first: number }> = {
  text: "query Communes($search:String!$first:Int!){communes(search:$search first:$first){inseeCode name postcodes}}",
};

export type OperatorsOf = {
  commune: {
    name: string;
    operators: OperatorFacts[];
  } | null;
};
export const OperatorsOf: Query<OperatorsOf, { inseeCode: string }> = {
  text: "query OperatorsOf($inseeCode:String!){commune(inseeCode:$inseeCode){name operators{...OperatorFacts}}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}",
};

export type OperatorNamed = {
  operator: OperatorFacts | null;
};
export const OperatorNamed: Query<OperatorNamed, { slug: string }> = {
  text: "query OperatorNamed($slug:String!){operator(slug:$slug){...OperatorFacts}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}",
};
