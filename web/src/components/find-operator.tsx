// Seed 004, step 2: choose the commune, and be told who manages the contract.

import { t, plural } from "@lingui/core/macro";
import { useEffect, useRef, useState } from "preact/hooks";
import { Communes, OperatorsOf } from "../documents/find";
import type { OperatorFacts } from "../documents/shared";
import type { Visit } from "../router";
import type { ServiceKind } from "../schema";
import { Link } from "./button";
import { Loaded, useAsk } from "./loaded";
import { Notice } from "./notice";
import { Screen } from "./screen";

const PAUSE = 200;
const MOST = 8;
const POSTCODES_SHOWN = 3;

/** A field that lists communes as one types. Choosing one stays on the page, with `?commune=` in its address. */
export function CommuneSearch({ path, query, carried }: Visit) {
  const [typed, type] = useState("");
  const [told, tell] = useState("");
  const search = useSettled(typed.trim());
  const list = useRef<HTMLDivElement>(null);
  const id = "commune";
  return (
    <form
      role="search"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found = list.current?.querySelectorAll("a");
        if (found?.length === 1) found[0]?.click();
        else found?.[0]?.focus();
      }}
    >
      <div class="field">
        <label for={id}>{t`Votre commune`}</label>
        <p class="hint" id={`${id}-hint`}>{t`Son nom ou son code postal ; le début suffit.`}</p>
        <input
          id={id}
          type="search"
          aria-describedby={`${id}-hint`}
          autocomplete="off"
          spellcheck={false}
          enterkeyhint="search"
          maxLength={100}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </div>
      <p class="hint" role="status">
        {search && told}
      </p>
      <div ref={list}>
        {search && <Found search={search} tell={tell} to={(code) => address(path, query, code)} carried={carried} />}
      </div>
    </form>
  );
}

interface FoundProps {
  search: string;
  /** How many there are: said where it was quiet before, so that a screen reader hears it. */
  tell: (words: string) => void;
  to: (inseeCode: string) => string;
  carried: Visit["carried"];
}

function Found({ search, tell, to, carried }: FoundProps) {
  const asked = useAsk(Communes, { search, first: MOST });
  const count = asked.data?.communes.length;
  useEffect(() => tell(count === undefined ? "" : counted(count)));
  return (
    <Loaded of={asked}>
      {({ communes }) => (
        <ul class="choices">
          {communes.map(({ inseeCode, name, postcodes }) => (
            <li key={inseeCode}>
              <Link to={to(inseeCode)} carried={carried}>
                <span>{name}</span> <span class="code">{shortened(postcodes)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function counted(count: number): string {
  if (!count) return t`Aucune commune ne commence ainsi. Vérifiez l’orthographe, ou essayez le code postal.`;
  if (count === MOST) return t`Voici les ${count} premières communes : choisissez la vôtre, ou continuez de taper.`;
  return plural(count, { one: "# commune trouvée : choisissez-la.", other: "# communes trouvées : choisissez la vôtre." });
}

function shortened(postcodes: string[]): string {
  const more = postcodes.length > POSTCODES_SHOWN ? " …" : "";
  return postcodes.slice(0, POSTCODES_SHOWN).join(", ") + more;
}

function address(path: string, query: URLSearchParams, commune: string | null): string {
  const next = new URLSearchParams(query);
  if (commune) next.set("commune", commune);
  else next.delete("commune");
  return next.size ? `${path}?${next}` : path;
}

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
  const other = address(visit.path, visit.query, null);
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

// Not at every letter: once the person pauses.
function useSettled(value: string): string {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
