// Written from schema.graphql by `npm run types`.

export type AccountRequestState = "UNCONFIRMED" | "SUBMITTED" | "APPROVED" | "REJECTED";

export interface ActivateAccountInput {
  token: string;
  password: string;
  acceptedTermsVersion: string;
}

export interface ChangeEmailInput {
  newEmail: string;
  password: string;
}

export interface ChangePasswordInput {
  currentPassword: string;
  newPassword: string;
}

export type Civility = "MADAM" | "SIR";

export interface CloseAccountInput {
  password: string;
}

export interface ConfirmAccountRequestInput {
  token: string;
}

export interface ConfirmEmailChangeInput {
  token: string;
}

export interface ConfirmRegistrationInput {
  token?: string | null;
  code?: ConfirmationCodeInput | null;
}

export interface ConfirmationCodeInput {
  email: string;
  code: string;
}

export interface CorrectRegistrationEmailInput {
  email: string;
  challengeSolution?: string | null;
}

export interface DisownRegistrationInput {
  token: string;
}

export type LegalNature = "INDIVIDUAL" | "SOLE_TRADER" | "COMPANY" | "ASSOCIATION" | "PUBLIC_BODY" | "CO_OWNERSHIP";

export interface LinkContractInput {
  proofToken: string;
}

export type LinkPurpose = "CONFIRM_REGISTRATION" | "CONFIRM_REQUEST" | "ACTIVATE_ACCOUNT" | "LINK_CONTRACT" | "RESET_PASSWORD" | "CHANGE_EMAIL" | "UNDO_EMAIL_CHANGE";

export type LinkStatus = "VALID" | "EXPIRED" | "USED" | "UNKNOWN";

export interface LoginInput {
  email: string;
  password: string;
  stayLoggedIn?: boolean;
  clientId?: string | null;
  scope?: string | null;
}

export type PendingRegistrationStatus = "WAITING" | "CONFIRMED" | "EXPIRED";

export interface PostalAddressInput {
  lines: string[];
  postcode: string;
  city: string;
}

export type ProblemCode = "INVALID_INPUT" | "ACTIVATION_KEY_MALFORMED" | "PROOF_REFUSED" | "PROOF_EXPIRED" | "OPERATOR_NOT_FOUND" | "REQUESTS_CLOSED" | "TERMS_OUTDATED" | "CHALLENGE_FAILED" | "LINK_INVALID" | "LINK_EXPIRED" | "LINK_USED" | "LOGIN_REFUSED" | "LOGIN_REQUIRED" | "REAUTHENTICATION_REQUIRED" | "NOT_ALLOWED" | "NOT_FOUND" | "CONFLICT" | "RATE_LIMITED";

export interface ProfileInput {
  legalNature: LegalNature;
  familyName: string;
  givenName: string;
  civility?: Civility | null;
  organizationName?: string | null;
  phone?: string | null;
  mobile?: string | null;
}

export type ProofMethod = "ACTIVATION_KEY" | "CONTRACT_AND_METER";

export interface RegisterInput {
  proofToken: string;
  profile: ProfileInput;
  email: string;
  password: string;
  acceptedTermsVersion: string;
  challengeSolution?: string | null;
  continueWith?: string | null;
}

export interface RequestAccountInput {
  operator: string;
  profile: ProfileInput;
  email: string;
  address: PostalAddressInput;
  acceptedTermsVersion: string;
  contractNumber?: string | null;
  comment?: string | null;
  challengeSolution?: string | null;
}

export interface RequestPasswordResetInput {
  email: string;
  challengeSolution?: string | null;
}

export interface ResendConfirmationInput {
  email: string;
  challengeSolution?: string | null;
}

export interface ResetPasswordInput {
  token: string;
  password: string;
}

export interface RevokeSessionInput {
  id: string;
}

export type ServiceKind = "WATER" | "WASTEWATER" | "WASTE" | "OTHER";

export interface UndoEmailChangeInput {
  token: string;
}

export interface UpdateProfileInput {
  profile: ProfileInput;
  locale?: string | null;
}

export interface ValidateActivationKeyInput {
  operator: string;
  activationKey: string;
  challengeSolution?: string | null;
}

export interface VerifyContractInput {
  operator: string;
  contractNumber: string;
  meterNumber: string;
  challengeSolution?: string | null;
}

export interface WithdrawConsentInput {
  clientId: string;
}
