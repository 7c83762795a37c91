// « Vos informations » (seed 000, step 5): who one is, in the account's form, its request and its profile alike.

import { t } from "@lingui/core/macro";
import { useState } from "preact/hooks";
import type { Civility, LegalNature, ProfileInput } from "../schema";
import { Radios, SelectField, type Options } from "./choice-field";
import { useKept } from "./form";
import { TextField } from "./text-field";

export interface KnownProfile extends Partial<ProfileInput> {
  /** Phones that the operator knows and does not tell. */
  maskedPhone?: string | null;
  maskedMobile?: string | null;
}

/** The fields of `input.profile`, filled with what is known of the person. */
export function ProfileFields({ known }: { known: { [name in keyof KnownProfile]?: KnownProfile[name] | null } }) {
  const [nature, choose] = useState<string>(useKept("profile.legalNature") ?? known.legalNature ?? "");
  const isPerson = nature === "INDIVIDUAL" || nature === "SOLE_TRADER";
  return (
    <>
      <SelectField
        name="profile.legalNature"
        label={t`Nature juridique`}
        options={natures()}
        value={known.legalNature}
        changed={choose}
      />
      {nature && !isPerson && (
        <TextField
          name="profile.organizationName"
          label={t`Raison sociale`}
          value={known.organizationName}
          autocomplete="organization"
        />
      )}
      {(isPerson || !nature) && (
        <Radios name="profile.civility" label={t`Civilité`} options={civilities()} value={known.civility} />
      )}
      <TextField
        name="profile.familyName"
        label={t`Nom`}
        hint={nature && !isPerson && t`De la personne qui gérera le compte`}
        value={known.familyName}
        autocomplete="family-name"
        autocapitalize="words"
      />
      <TextField
        name="profile.givenName"
        label={t`Prénom`}
        value={known.givenName}
        autocomplete="given-name"
        autocapitalize="words"
      />
      <Phone name="profile.phone" label={t`Téléphone`} value={known.phone} masked={known.maskedPhone} kind="home tel" />
      <Phone name="profile.mobile" label={t`Mobile`} value={known.mobile} masked={known.maskedMobile} kind="mobile tel" />
    </>
  );
}

interface PhoneProps {
  name: string;
  label: string;
  value?: string | null;
  masked?: string | null;
  kind: string;
}

function Phone({ name, label, value, masked, kind }: PhoneProps) {
  return (
    <TextField
      name={name}
      label={label}
      hint={masked && t`Votre service connaît le ${masked}.`}
      optional
      type="tel"
      inputmode="tel"
      autocomplete={kind}
      width={18}
      value={value}
    />
  );
}

const civilities = (): Options => [
  ["MADAM" satisfies Civility, t`Madame`],
  ["SIR" satisfies Civility, t`Monsieur`],
];

export function natures(): [LegalNature, string][] {
  return [
    ["INDIVIDUAL", t`Particulier`],
    ["SOLE_TRADER", t`Entrepreneur individuel`],
    ["COMPANY", t`Société`],
    ["ASSOCIATION", t`Association`],
    ["PUBLIC_BODY", t`Organisme public`],
    ["CO_OWNERSHIP", t`Copropriété`],
  ];
}
