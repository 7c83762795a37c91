// Seed 004, step 2: « Le site vous indique le nom de la société qui gère votre contrat d'abonné. »

import { t } from "@lingui/core/macro";
import { OperatorsOf } from "../documents/find";
import type { OperatorFacts } from "../documents/shared";
import type { Visit } from "../router";
import type { ServiceKind } from "../schema";
import { Link } from "./button";
import { withCommune } from "./commune-search";
import { Loaded, useAsk } from "./loaded";
import { Notice } from "./notice";
import { Screen } from "./screen";


interface CommuneProps {
  visit: Visit;
  /** What this state of the screen is called. */
  name: string;
  /** Where « Continuer » leads. */
  onward: (operator: OperatorFacts) => { to: string; carried?: Record<string, string> };
}

/** Who manages the contracts of the commune in `?commune=`. */
export function CommuneOperators({ visit, name, onward }: CommuneProps) {
  const inseeCode = visit.query.get("commune") ?? "";
  const asked = useAsk(OperatorsOf, { inseeCode });
  const other = withCommune(visit.path, visit.query, null);
  return (
    <Loaded of={asked} screen={{ name, title: t`Votre commune` }}>
      {({ commune }) => (
        <Screen name={name} title={commune?.name ?? t`Votre commune`}>
          {commune?.operators.length ? (
            <Managers operators={commune.operators} onward={onward} />
          ) : (
            <Nobody commune={commune?.name} />
          )}
          <p>
            <Link to={other} carried={visit.carried}>{t`Choisir une autre commune`}</Link>
          </p>
        </Screen>
      )}
    </Loaded>
  );
}

function Managers({ operators, onward }: { operators: OperatorFacts[]; onward: CommuneProps["onward"] }) {
  const alone = operators.length === 1;
  return (
    <>
      <p class="lead">{alone ? t`Votre contrat est géré par :` : t`Qui gère votre contrat ?`}</p>
      <ul class="cards">
        {operators.map((operator) => (
          <li key={operator.slug} class="manager">
            <Manager operator={operator} />
            <Link {...onward(operator)} look="main">
              <span>
                {t`Continuer`}
                {!alone && <Towards name={operator.name} />}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

// Several buttons of the same words lead to different places: who only hears them is told where.
const Towards = ({ name }: { name: string }) => <span class="unseen"> {t`avec ${name}`}</span>;

function Manager({ operator: { name, services, theme } }: { operator: OperatorFacts }) {
  return (
    <div class="manager-facts">
      {theme.logoUrl && <img src={theme.logoUrl} alt="" width="56" height="56" />}
      <p>
        <strong>{name}</strong>
        <span>{services.map(service).join(", ")}</span>
      </p>
    </div>
  );
}

function Nobody({ commune }: { commune: string | undefined }) {
  return commune ? (
    <Notice title={t`Aucun service de ${commune} n’ouvre encore de compte ici.`}>
      <p>{t`Le nom de celui qui gère votre contrat est imprimé sur vos factures : adressez-vous à lui, ou à votre mairie.`}</p>
    </Notice>
  ) : (
    <Notice kind="alert">
      <p>{t`Cette commune n’est pas connue.`}</p>
    </Notice>
  );
}

/** What an operator runs, in words. */
export function service(kind: ServiceKind): string {
  const words = { WATER: t`eau`, WASTEWATER: t`assainissement`, WASTE: t`déchets`, OTHER: t`autres services` };
  return words[kind];
}
