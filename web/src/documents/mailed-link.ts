// Written from mailed-link.graphql by `npm run types`.

import type { ActivateAccountInput, ConfirmAccountRequestInput, ConfirmEmailChangeInput, DisownRegistrationInput, LinkContractInput, LinkPurpose, LinkStatus, RequestPasswordResetInput, ResetPasswordInput, UndoEmailChangeInput } from "../schema";
import type { Mutation, Query } from "../server";
import type { OperatorFacts } from "./shared";
import type { Policy } from "./shared";
import type { Back } from "./check-mail";

export type MailedLink = {
  link: {
    purpose: LinkPurpose | null;
    status: LinkStatus;
    maskedEmail: string | null;
    expiresAt: string | null;
    operator: OperatorFacts & {
      signsInOnConfirmation: boolean;
    } | null;
    registration: {
      begunAt: string;
      here: boolean;
      initials: string;
      city: string | null;
    } | null;
  };
  me: {
    email: string;
  } | null;
};
export const MailedLink: Query<MailedLink, { token: string }> = {
  text: "query MailedLink($token:String!){link(token:$token){purpose status maskedEmail expiresAt operator{...OperatorFacts signsInOnConfirmation}registration{begunAt here initials city}}me{email}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}",
};

export type ForNewPassword = {
  passwordPolicy: Policy;
};
export const ForNewPassword: Query<ForNewPassword, Record<string, never>> = {
  text: "query ForNewPassword{passwordPolicy{...Policy}}fragment Policy on PasswordPolicy{minLength maxLength rules{code description pattern}}",
};

export type DisownRegistration = {
  message: string;
};
export const DisownRegistration: Mutation<DisownRegistration, DisownRegistrationInput> = {
  name: "disownRegistration",
  text: "mutation DisownRegistration($input:DisownRegistrationInput!){disownRegistration(input:$input){...on Problem{...Problem}...on RegistrationDisowned{message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type RequestPasswordReset = {
  message: string;
  mail: {
    subject: string;
    language: string;
  };
};
export const RequestPasswordReset: Mutation<RequestPasswordReset, RequestPasswordResetInput> = {
  name: "requestPasswordReset",
  text: "mutation RequestPasswordReset($input:RequestPasswordResetInput!){requestPasswordReset(input:$input){...on Problem{...Problem}...on PasswordResetRequested{message mail{subject language}}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type ResetPassword = {
  message: string;
};
export const ResetPassword: Mutation<ResetPassword, ResetPasswordInput> = {
  name: "resetPassword",
  text: "mutation ResetPassword($input:ResetPasswordInput!){resetPassword(input:$input){...on Problem{...Problem}...on PasswordReset{message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type ActivateAccount = {
  email: string;
  message: string;
};
export const ActivateAccount: Mutation<ActivateAccount, ActivateAccountInput> = {
  name: "activateAccount",
  text: "mutation ActivateAccount($input:ActivateAccountInput!){activateAccount(input:$input){...on Problem{...Problem}...on RegistrationConfirmed{email message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type LinkContract = {
  message: string;
  wayBack: Back | null;
};
export const LinkContract: Mutation<LinkContract, LinkContractInput> = {
  name: "linkContract",
  text: "mutation LinkContract($input:LinkContractInput!){linkContract(input:$input){...on Problem{...Problem}...on ContractLinked{message wayBack{...Back}}}}fragment Problem on Problem{code message faults{path code message}retryAfter}fragment Back on WayBack{name url}",
};

export type ConfirmAccountRequest = {
  reference: string;
  message: string;
};
export const ConfirmAccountRequest: Mutation<ConfirmAccountRequest, ConfirmAccountRequestInput> = {
  name: "confirmAccountRequest",
  text: "mutation ConfirmAccountRequest($input:ConfirmAccountRequestInput!){confirmAccountRequest(input:$input){...on Problem{...Problem}...on AccountRequestConfirmed{reference message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type ConfirmEmailChange = {
  email: string;
  message: string;
};
export const ConfirmEmailChange: Mutation<ConfirmEmailChange, ConfirmEmailChangeInput> = {
  name: "confirmEmailChange",
  text: "mutation ConfirmEmailChange($input:ConfirmEmailChangeInput!){confirmEmailChange(input:$input){...on Problem{...Problem}...on EmailChanged{email message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type UndoEmailChange = {
  email: string;
  message: string;
};
export const UndoEmailChange: Mutation<UndoEmailChange, UndoEmailChangeInput> = {
  name: "undoEmailChange",
  text: "mutation UndoEmailChange($input:UndoEmailChangeInput!){undoEmailChange(input:$input){...on Problem{...Problem}...on EmailChangeUndone{email message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};
