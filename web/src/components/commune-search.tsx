// Seed 004, step 2: « Choisissez le nom de votre commune ». Listed as one types its name or its postcode.

import { plural, t } from "@lingui/core/macro";
import { useEffect, useRef, useState } from "preact/hooks";
import { Communes } from "../documents/find";
import { go, type Visit } from "../router";
import { ask, isRefusal } from "../server";
import { Button, Link } from "./button";
import { Notice } from "./notice";

const PAUSE = 200;
const MOST = 8;
const POSTCODES_SHOWN = 3;

interface Found {
  /** What was looked for: the answers to former letters may come late. */
  search: string;
  communes: Communes["communes"];
  failed?: string;
}

/** The field and its list. Choosing a commune stays on the page, with `?commune=` in its address. */
export function CommuneSearch({ path, query, carried }: Visit) {
  const [typed, type] = useState("");
  const [found, look] = useFound();
  const list = useRef<HTMLUListElement>(null);
  const entered = useRef(false);
  const search = typed.trim();
  const to = (inseeCode: string) => withCommune(path, query, inseeCode);
  const shown = search && found ? found : null;
  const [first, ...others] = shown?.communes ?? [];

  useEffect(() => {
    if (!search) return;
    const pause = setTimeout(() => look(search), entered.current ? 0 : PAUSE);
    return () => clearTimeout(pause);
  }, [search]);

  // « Entrée » chooses the only one there is, and leads to the list where there are several.
  function enter() {
    if (found?.search !== search) return;
    entered.current = false;
    if (first && !others.length) go(to(first.inseeCode), { carried });
    else list.current?.querySelector("a")?.focus();
  }
  useEffect(() => {
    if (entered.current) enter();
  }, [found]);

  return (
    <form
      role="search"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        entered.current = Boolean(search);
        enter();
      }}
    >
      <div class="field">
        <label for="commune">{t`Votre commune`}</label>
        <p class="hint" id="commune-hint">{t`Son nom ou son code postal ; le début suffit.`}</p>
        <input
          id="commune"
          type="search"
          aria-describedby="commune-hint"
          autocomplete="off"
          spellcheck={false}
          enterkeyhint="search"
          maxLength={100}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </div>
      <p class="hint" role="status">
        {shown && !shown.failed && counted(shown.communes.length)}
      </p>
      {shown?.failed && (
        <Notice kind="alert">
          <p role="alert">{shown.failed}</p>
          <Button press={() => look(search)}>{t`Réessayer`}</Button>
        </Notice>
      )}
      <ul class="choices" ref={list}>
        {shown?.communes.map(({ inseeCode, name, postcodes }) => (
          <li key={inseeCode}>
            <Link to={to(inseeCode)} carried={carried}>
              <span>{name}</span> <span class="code">{shortened(postcodes)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </form>
  );
}

function useFound() {
  const [found, put] = useState<Found | null>(null);
  const latest = useRef("");
  async function look(search: string) {
    latest.current = search;
    const answer = await looked(search);
    if (latest.current === search) put(answer);
  }
  return [found, look] as const;
}

async function looked(search: string): Promise<Found> {
  try {
    return { search, ...(await ask(Communes, { search, first: MOST })) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { search, communes: [], failed: error.message };
  }
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

/** The same address with this commune in it, or with none. */
export function withCommune(path: string, query: URLSearchParams, inseeCode: string | null): string {
  const next = new URLSearchParams(query);
  if (inseeCode) next.set("commune", inseeCode);
  else next.delete("commune");
  return next.size ? `${path}?${next}` : path;
}
