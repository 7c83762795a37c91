// Written from register.graphql by `npm run types`.

import type { Civility, LegalNature, PendingRegistrationStatus, RegisterInput, ValidateActivationKeyInput, VerifyContractInput } from "../schema";
import type { Mutation, Query } from "../server";
import type { OperatorFacts } from "./shared";
import type { Policy } from "./shared";
import type { Address } from "./shared";

export type Registering = {
  me: {
    email: string;
  } | null;
  pendingRegistration: {
    status: PendingRegistrationStatus;
    email: string;
  } | null;
  operator: OperatorFacts | null;
};
export const Registering: Query<Registering, { slug: string }> = {
  text: "query Registering($slug:String!){me{email}pendingRegistration{status email}operator(slug:$slug){...OperatorFacts}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}",
};

export type Criteria = {
  passwordPolicy: Policy;
};
export const Criteria: Query<Criteria, Record<string, never>> = {
  text: "query Criteria{passwordPolicy{...Policy}}fragment Policy on PasswordPolicy{minLength maxLength rules{code description pattern}}",
};

export type Proven = {
  proofToken: string;
  operator: OperatorFacts;
  subscriber: {
    legalNature: LegalNature | null;
    civility: Civility | null;
    organizationName: string | null;
    familyName: string | null;
    givenName: string | null;
    maskedPhone: string | null;
    maskedMobile: string | null;
    address: Address | null;
  } | null;
};

export type ValidateActivationKey = Proven;
export const ValidateActivationKey: Mutation<ValidateActivationKey, ValidateActivationKeyInput> = {
  name: "validateActivationKey",
  text: "mutation ValidateActivationKey($input:ValidateActivationKeyInput!){validateActivationKey(input:$input){...on Problem{...Problem}...on Proof{...Proven}}}fragment Problem on Problem{code message faults{path code message}retryAfter}fragment Proven on Proof{proofToken operator{...OperatorFacts}subscriber{legalNature civility organizationName familyName givenName maskedPhone maskedMobile address{...Address}}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}fragment Address on PostalAddress{lines postcode city}",
};

export type VerifyContract = Proven;
export const VerifyContract: Mutation<VerifyContract, VerifyContractInput> = {
  name: "verifyContract",
  text: "mutation VerifyContract($input:VerifyContractInput!){verifyContract(input:$input){...on Problem{...Problem}...on Proof{...Proven}}}fragment Problem on Problem{code message faults{path code message}retryAfter}fragment Proven on Proof{proofToken operator{...OperatorFacts}subscriber{legalNature civility organizationName familyName givenName maskedPhone maskedMobile address{...Address}}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}fragment Address on PostalAddress{lines postcode city}",
};

export type Register = {
  message: string;
};
export const Register: Mutation<Register, RegisterInput> = {
  name: "register",
  text: "mutation Register($input:RegisterInput!){register(input:$input){...on Problem{...Problem}...on RegistrationPending{message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};
