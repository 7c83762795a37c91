// Written from check-mail.graphql by `npm run types`.

import type { ConfirmRegistrationInput, CorrectRegistrationEmailInput, PendingRegistrationStatus, ResendConfirmationInput } from "../schema";
import type { Mutation, Query } from "../server";
import type { OperatorFacts } from "./shared";

export type Mail = {
  subject: string;
  language: string;
  sender: string | null;
  address: string | null;
};

export type Back = {
  name: string;
  url: string;
};

export type Waiting = {
  me: {
    email: string;
  } | null;
  pendingRegistration: {
    status: PendingRegistrationStatus;
    email: string;
    expiresAt: string;
    resendAvailableAt: string;
    operator: OperatorFacts;
    mail: Mail;
    wayBack: Back | null;
  } | null;
};
export const Waiting: Query<Waiting, Record<string, never>> = {
  text: "query Waiting{me{email}pendingRegistration{status email expiresAt resendAvailableAt operator{...OperatorFacts}mail{...Mail}wayBack{...Back}}}fragment OperatorFacts on Operator{slug name services proofMethods acceptsRequests activationKeysChecked supportEmail termsOfService{version url}theme{logoUrl colour secondColour darkColour darkSecondColour}}fragment Mail on ExpectedMail{subject language sender address}fragment Back on WayBack{name url}",
};

export type HowFar = {
  pendingRegistration: {
    status: PendingRegistrationStatus;
    email: string;
  } | null;
};
export const HowFar: Query<HowFar, Record<string, never>> = {
  text: "query HowFar{pendingRegistration{status email}}",
};

export type ConfirmRegistration = {
  email: string;
  message: string;
  signedIn: boolean;
  wayBack: Back | null;
};
export const ConfirmRegistration: Mutation<ConfirmRegistration, ConfirmRegistrationInput> = {
  name: "confirmRegistration",
  text: "mutation ConfirmRegistration($input:ConfirmRegistrationInput!){confirmRegistration(input:$input){...on Problem{...Problem}...on RegistrationConfirmed{email message signedIn wayBack{...Back}}}}fragment Problem on Problem{code message faults{path code message}retryAfter}fragment Back on WayBack{name url}",
};

export type ResendConfirmation = {
  message: string;
  resendAvailableAt: string;
};
export const ResendConfirmation: Mutation<ResendConfirmation, ResendConfirmationInput> = {
  name: "resendConfirmation",
  text: "mutation ResendConfirmation($input:ResendConfirmationInput!){resendConfirmation(input:$input){...on Problem{...Problem}...on ConfirmationSent{message resendAvailableAt}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type CorrectRegistrationEmail = {
  email: string;
};
export const CorrectRegistrationEmail: Mutation<CorrectRegistrationEmail, CorrectRegistrationEmailInput> = {
  name: "correctRegistrationEmail",
  text: "mutation CorrectRegistrationEmail($input:CorrectRegistrationEmailInput!){correctRegistrationEmail(input:$input){...on Problem{...Problem}...on RegistrationPending{email}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};
