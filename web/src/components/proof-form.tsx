// « Êtes-vous abonné ? » By activation key (seed 000, steps 3 and 4) or by contract and meter (seed 004, step 3).

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import { ValidateActivationKey, VerifyContract, type Proven } from "../documents/register";
import type { OperatorFacts } from "../documents/shared";
import type { ProofMethod } from "../schema";
import { perform } from "../server";
import { Bill } from "./bill";
import { Form } from "./form";
import { KeyField } from "./key-field";
import { TextField } from "./text-field";

/** What the person gave to show that they are a subscriber. */
export type Shown = { activationKey: string } | { contractNumber: string; meterNumber: string };

/** Ask the operator whether this is one of its subscribers; Refused if not. */
export async function prove(operator: string, shown: Shown): Promise<Proven> {
  return "activationKey" in shown
    ? perform(ValidateActivationKey, { operator, ...shown })
    : perform(VerifyContract, { operator, ...shown });
}

interface Props {
  operator: OperatorFacts;
  method: ProofMethod;
  /** What stands in the fields at first. */
  begun?: Partial<{ activationKey: string; contractNumber: string; meterNumber: string }>;
  proven: (proof: Proven, shown: Shown) => void | Promise<string | void>;
  /** Beside the button. */
  aside?: ComponentChildren;
}

export function ProofForm({ operator, method, begun = {}, proven, aside }: Props) {
  async function submit(shown: Shown) {
    return proven(await prove(operator.slug, shown), shown);
  }
  if (method === "ACTIVATION_KEY") {
    return (
      <Form<Shown> label={t`Valider ma clé d’activation`} waiting={t`Vérification de la clé…`} submit={submit} aside={aside}>
        <KeyField checked={operator.activationKeysChecked} value={begun.activationKey} />
      </Form>
    );
  }
  return (
    <Form<Shown> label={t`Continuer`} waiting={t`Vérification des numéros…`} submit={submit} aside={aside}>
      <Bill />
      <TextField
        name="contractNumber"
        label={t`Numéro de contrat`}
        hint={t`7 chiffres, sans la lettre`}
        value={begun.contractNumber}
        inputmode="numeric"
        width={12}
        maxlength={40}
      />
      <TextField
        name="meterNumber"
        label={t`Numéro de compteur`}
        hint={t`Lettres et chiffres, comme sur la facture ; les espaces ne comptent pas`}
        value={begun.meterNumber}
        autocapitalize="characters"
        width={18}
        maxlength={40}
      />
    </Form>
  );
}
