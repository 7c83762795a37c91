// Written from account.graphql by `npm run types`.

import type { ChangeEmailInput, ChangePasswordInput, Civility, CloseAccountInput, LegalNature, LinkContractInput, ProofMethod, RevokeSessionInput, UpdateProfileInput, WithdrawConsentInput } from "../schema";
import type { Mutation, Query } from "../server";
import type { OperatorFacts } from "./shared";
import type { Address } from "./shared";
import type { Policy } from "./shared";
import type { Mail } from "./check-mail";

export type Held = {
  id: string;
  contractNumber: string | null;
  linkedAt: string;
  operator: OperatorFacts;
  address: Address;
};

export type Person = {
  legalNature: LegalNature;
  civility: Civility | null;
  organizationName: string | null;
  familyName: string;
  givenName: string;
  phone: string | null;
  mobile: string | null;
  locale: string;
};

export type Me = {
  me: Person & {
    email: string;
    contracts: Held[];
    sessions: {
      id: string;
    }[];
    consents: {
      clientName: string;
    }[];
  } | null;
};
export const Me: Query<Me, Record<string, never>> = {
  text: "query Me{me{email ...Person contracts{...Held}sessions{id}consents{clientName}}}fragment Person on Account{legalNature civility organizationName familyName givenName phone mobile locale}fragment Held on Contract{id contractNumber linkedAt operator{...OperatorFacts}address{...Address}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}fragment Address on PostalAddress{lines postcode city}",
};

export type MyProfile = {
  me: Person | null;
};
export const MyProfile: Query<MyProfile, Record<string, never>> = {
  text: "query MyProfile{me{...Person}}fragment Person on Account{legalNature civility organizationName familyName givenName phone mobile locale}",
};

export type MyEmail = {
  me: {
    email: string;
  } | null;
};
export const MyEmail: Query<MyEmail, Record<string, never>> = {
  text: "query MyEmail{me{email}}",
};

export type MyPassword = {
  me: {
    email: string;
  } | null;
  passwordPolicy: Policy;
};
export const MyPassword: Query<MyPassword, Record<string, never>> = {
  text: "query MyPassword{me{email}passwordPolicy{...Policy}}fragment Policy on PasswordPolicy{minLength maxLength rules{code description pattern}}",
};

export type MySessions = {
  me: {
    sessions: {
      id: string;
      createdAt: string;
      lastSeenAt: string;
      userAgent: string | null;
      current: boolean;
    }[];
  } | null;
};
export const MySessions: Query<MySessions, Record<string, never>> = {
  text: "query MySessions{me{sessions{id createdAt lastSeenAt userAgent current}}}",
};

export type MyServices = {
  me: {
    consents: {
      clientId: string;
      clientName: string;
      scopes: string[];
      grantedAt: string;
    }[];
  } | null;
};
export const MyServices: Query<MyServices, Record<string, never>> = {
  text: "query MyServices{me{consents{clientId clientName scopes grantedAt}}}",
};

export type MyOperators = {
  me: {
    contracts: {
      operator: {
        slug: string;
        name: string;
        proofMethods: ProofMethod[];
      };
    }[];
  } | null;
};
export const MyOperators: Query<MyOperators, Record<string, never>> = {
  text: "query MyOperators{me{contracts{operator{slug name proofMethods}}}}",
};

export type UpdateProfile = {
  account: Person;
};
export const UpdateProfile: Mutation<UpdateProfile, UpdateProfileInput> = {
  name: "updateProfile",
  text: "mutation UpdateProfile($input:UpdateProfileInput!){updateProfile(input:$input){...on Problem{...Problem}...on ProfileUpdated{account{...Person}}}}fragment Problem on Problem{code message faults{path code message}retryAfter}fragment Person on Account{legalNature civility organizationName familyName givenName phone mobile locale}",
};

export type ChangePassword = {
  message: string;
};
export const ChangePassword: Mutation<ChangePassword, ChangePasswordInput> = {
  name: "changePassword",
  text: "mutation ChangePassword($input:ChangePasswordInput!){changePassword(input:$input){...on Problem{...Problem}...on PasswordChanged{message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type ChangeEmail = {
  expiresAt: string;
  mail: Mail;
};
export const ChangeEmail: Mutation<ChangeEmail, ChangeEmailInput> = {
  name: "changeEmail",
  text: "mutation ChangeEmail($input:ChangeEmailInput!){changeEmail(input:$input){...on Problem{...Problem}...on EmailChangeRequested{expiresAt mail{...Mail}}}}fragment Problem on Problem{code message faults{path code message}retryAfter}fragment Mail on ExpectedMail{subject language sender address}",
};

export type AddContract = {
  message: string;
  contract: Held;
};
export const AddContract: Mutation<AddContract, LinkContractInput> = {
  name: "linkContract",
  text: "mutation AddContract($input:LinkContractInput!){linkContract(input:$input){...on Problem{...Problem}...on ContractLinked{message contract{...Held}}}}fragment Problem on Problem{code message faults{path code message}retryAfter}fragment Held on Contract{id contractNumber linkedAt operator{...OperatorFacts}address{...Address}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}fragment Address on PostalAddress{lines postcode city}",
};

export type RevokeSession = {
  message: string;
};
export const RevokeSession: Mutation<RevokeSession, RevokeSessionInput> = {
  name: "revokeSession",
  text: "mutation RevokeSession($input:RevokeSessionInput!){revokeSession(input:$input){...on Problem{...Problem}...on SessionRevoked{message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type WithdrawConsent = {
  message: string;
};
export const WithdrawConsent: Mutation<WithdrawConsent, WithdrawConsentInput> = {
  name: "withdrawConsent",
  text: "mutation WithdrawConsent($input:WithdrawConsentInput!){withdrawConsent(input:$input){...on Problem{...Problem}...on ConsentWithdrawn{message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type CloseAccount = {
  erasedAt: string;
};
export const CloseAccount: Mutation<CloseAccount, CloseAccountInput> = {
  name: "closeAccount",
  text: "mutation CloseAccount($input:CloseAccountInput!){closeAccount(input:$input){...on Problem{...Problem}...on AccountClosed{erasedAt}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};
