// A contract as its owner sees it: whose, which, where.

import { t } from "@lingui/core/macro";
import type { Held } from "../documents/account";
import type { Address } from "../documents/shared";
import { when } from "../i18n";

export function Contract({ contract }: { contract: Held }) {
  const { operator, contractNumber, address } = contract;
  const day = when(contract.linkedAt, "day");
  return (
    <>
      <h3>{operator.name}</h3>
      {contractNumber && <p>{t`Contrat n° ${contractNumber}`}</p>}
      <PostalAddress address={address} />
      <p class="hint">{t`Ajouté le ${day}`}</p>
    </>
  );
}

export function PostalAddress({ address: { lines, postcode, city } }: { address: Address }) {
  return (
    <address>
      {[...lines, `${postcode} ${city}`].map((line) => (
        <span key={line}>{line}</span>
      ))}
    </address>
  );
}
