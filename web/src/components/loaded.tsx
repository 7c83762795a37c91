// What a screen needs to know before it can be shown: asked for, waited for politely, asked for again.

import { t } from "@lingui/core/macro";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { language } from "../i18n";
import { ask, isRefusal, type Query } from "../server";
import { useStore } from "../store";
import { Button } from "./button";
import { Notice } from "./notice";
import { Screen } from "./screen";

export interface Asked<Data> {
  data: Data | null;
  /** What to tell the person, where there is no answer. */
  failed: string;
  again: () => void;
}

/** Ask on arrival, and again in the other language when that changes; former data stay until the new ones are there. */
export function useAsk<Data, Variables>(query: Query<Data, Variables>, variables: Variables): Asked<Data> {
  const [state, put] = useState<{ data: Data | null; failed: string }>({ data: null, failed: "" });
  const [turn, next] = useState(0);
  const spoken = useStore(language);
  useEffect(() => {
    let current = true;
    ask(query, variables).then(
      (data) => current && put({ data, failed: "" }),
      (error: unknown) => {
        if (!isRefusal(error)) throw error;
        if (current) put(({ data }) => ({ data, failed: error.message }));
      },
    );
    return () => void (current = false);
  }, [query, JSON.stringify(variables), spoken, turn]);
  const again = () => next(turn + 1);
  useEffect(() => {
    if (!state.failed) return;
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [state.failed, turn]);
  return { ...state, again };
}

interface Props<Data> {
  of: Asked<Data>;
  /** Where no screen stands around it yet, because which one it is depends on the answer. */
  screen?: { name: string; title: string };
  children: (data: Data) => ComponentChildren;
}

/** The children once there is something to show; until then that it is on its way, or why not and « Réessayer ». */
export function Loaded<Data>({ of, screen, children }: Props<Data>) {
  if (of.data !== null) return <>{children(of.data)}</>;
  const meanwhile = of.failed ? <Unanswered of={of} /> : <Progress />;
  if (!screen) return meanwhile;
  return (
    <Screen name={`${screen.name}-${of.failed ? "unanswered" : "loading"}`} title={screen.title}>
      {meanwhile}
    </Screen>
  );
}

function Unanswered({ of }: { of: Asked<unknown> }) {
  return (
    <Notice kind="alert">
      <p role="alert">{of.failed}</p>
      <Button press={of.again}>{t`Réessayer`}</Button>
    </Notice>
  );
}

const PATIENCE = 400;

/** Says « Chargement… », but only to whoever really waits. */
export function Progress() {
  const [waits, wait] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => wait(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="progress" role="status">
      {waits && t`Chargement…`}
    </p>
  );
}
