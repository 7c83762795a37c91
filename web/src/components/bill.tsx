// A bill as we draw it: where the contract number and the meter number stand. Nobody's real bill.

import { t } from "@lingui/core/macro";

export function Bill() {
  return (
    <figure class="bill">
      <svg viewBox="0 0 320 226" role="img" aria-labelledby="bill-title">
        <title id="bill-title">
          {t`Une facture : le numéro de contrat est en haut à droite, le numéro de compteur est en tête du relevé, plus bas.`}
        </title>
        <rect class="bill-sheet" x="14" y="6" width="292" height="214" rx="6" />
        <g class="bill-lines">
          <rect x="32" y="24" width="34" height="34" rx="17" />
          <rect x="76" y="28" width="74" height="9" rx="4" />
          <rect x="76" y="44" width="52" height="7" rx="3" />
          <rect x="32" y="82" width="96" height="7" rx="3" />
          <rect x="32" y="96" width="80" height="7" rx="3" />
          <rect x="32" y="176" width="256" height="6" rx="3" />
          <rect x="32" y="190" width="256" height="6" rx="3" />
          <rect x="32" y="204" width="150" height="6" rx="3" />
        </g>
        <g class="bill-found">
          <rect x="168" y="20" width="124" height="44" rx="6" />
          <text x="178" y="37">{t`N° de contrat`}</text>
          <text class="bill-number" x="178" y="55">1234567 A</text>
          <rect x="28" y="118" width="264" height="44" rx="6" />
          <text x="38" y="135">{t`N° de compteur`}</text>
          <text class="bill-number" x="38" y="153">D12FA345678</text>
        </g>
        <g class="bill-lines">
          <rect x="196" y="134" width="40" height="7" rx="3" />
          <rect x="244" y="134" width="36" height="7" rx="3" />
          <rect x="196" y="147" width="40" height="7" rx="3" />
          <rect x="244" y="147" width="36" height="7" rx="3" />
        </g>
      </svg>
      <figcaption>{t`Les deux numéros sont imprimés sur vos factures.`}</figcaption>
    </figure>
  );
}
