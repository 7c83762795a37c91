// A form: reads its fields by name, says what is wrong in a summary that takes the focus, and keeps what was typed.

import { t } from "@lingui/core/macro";
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { keepTyped, toSignIn, typed as typedBefore, type Draft } from "../router";
import { isRefusal, type Refusal } from "../server";
import { Button, type Look } from "./button";
import { Countdown } from "./countdown";
import { announce } from "./status";

/** What a form knows of one field. Its name is its path below `input`: `profile.familyName`. */
export interface Field {
  name: string;
  label: string;
  id: string;
  read(): unknown;
  /** What is wrong with it, or nothing. */
  check(): string;
}

interface Book {
  enrol(field: Field): () => void;
  faults: Map<string, string>;
  /** What was typed before a reload, or before the person had to sign in. */
  draft: Draft;
}

const Fields = createContext<Book>({ enrol: () => () => {}, faults: new Map(), draft: {} });
const PATIENCE = 300;

interface Props<Values> {
  /** The words of its button. */
  label: string;
  /** Given the values by path; what it returns is announced, a refusal that it throws is told. */
  submit: (values: Values) => Promise<string | void> | string | void;
  children?: ComponentChildren;
  look?: Look;
  /** Said while the answer is awaited. */
  waiting?: string;
  /** Beside the button. */
  aside?: ComponentChildren;
  /** As soon as somebody types: a proof of work begins. */
  begun?: () => void;
  /** Told what stands in the fields whenever that changes. */
  typed?: (values: Values) => void;
  /** Survives a reload: what is typed is kept in this entry of the history, passwords apart. */
  kept?: boolean;
}

export function Form<Values = object>(props: Props<Values>) {
  const { label, submit, children, look, waiting, aside, begun, typed, kept } = props;
  const fields = useRef(new Set<Field>()).current;
  const draft = useMemo(typedBefore, []);
  const [refusal, refuse] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const told = useMemo(() => sorted(refusal, fields), [refusal]);
  const book = useMemo(() => ({ faults: told.beside, enrol: enrolling(fields), draft }), [told]);

  async function send(event: Event) {
    event.preventDefault();
    if (busy) return;
    refuse(null);
    const faults = unmet(fields);
    if (faults.length) {
      return refuse({ code: "INVALID_INPUT", message: t`Veuillez vérifier les champs signalés.`, faults, retryAfter: null });
    }
    setBusy(true);
    // What is handed in is no draft any more: whoever comes back to this entry of the history begins afresh.
    if (kept) keepTyped({});
    const patience = setTimeout(() => announce(waiting ?? t`Un instant…`), PATIENCE);
    let outcome: string | void = "";
    try {
      outcome = await submit(values(fields) as Values);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isSignedOut(error)) toSignIn(drafted(fields));
      else refuse(error.refusal);
      if (kept) followed();
    } finally {
      clearTimeout(patience);
      announce(outcome ?? "");
      setBusy(false);
    }
  }

  // Choices are drawn first, and read then.
  function follow() {
    begun?.();
    if (typed || kept) setTimeout(followed);
  }

  function followed() {
    typed?.(values(fields) as Values);
    if (kept) keepTyped(drafted(fields));
  }

  return (
    <form noValidate onSubmit={send} onInput={follow}>
      {refusal && <Summary refusal={refusal} lines={told.lines} />}
      <Fields.Provider value={book}>{children}</Fields.Provider>
      <div class="actions">
        <Button submits look={look} busy={busy}>
          {label}
        </Button>
        {aside}
      </div>
    </form>
  );
}

/** A button that does something by the server, and can say why it did not. */
export function Action(props: { label: string; press: () => Promise<string | void>; look?: Look }) {
  return <Form label={props.label} look={props.look ?? "second"} submit={props.press} />;
}

interface Line {
  field: Field | undefined;
  message: string;
}

function Summary({ refusal, lines }: { refusal: Refusal; lines: Line[] }) {
  const box = useRef<HTMLDivElement>(null);
  const again = useMemo(() => Date.now() + 1000 * (refusal.retryAfter ?? 0), [refusal]);
  useEffect(() => box.current?.focus(), [refusal]);
  return (
    <div class="summary" role="alert" tabIndex={-1} ref={box}>
      <p>{refusal.message}</p>
      {refusal.retryAfter !== null && (
        <p>
          <Countdown until={again} ready={t`Vous pouvez réessayer.`}>
            {(time) => t`Réessayez dans ${time}.`}
          </Countdown>
        </p>
      )}
      {lines.length > 0 && (
        <ul>
          {lines.map(({ field, message }) => (
            <li>{field ? <Towards field={field} message={message} /> : message}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Towards({ field, message }: { field: Field; message: string }) {
  const label = field.label;
  return (
    <a
      href={`#${field.id}`}
      onClick={(event) => {
        event.preventDefault();
        document.getElementById(field.id)?.focus();
      }}
    >
      {label ? t`${label} : ${message}` : message}
    </a>
  );
}

function unmet(fields: Set<Field>) {
  return inOrder(fields).flatMap((field) => {
    const message = field.check();
    return message ? [{ path: field.name.split("."), code: "INVALID", message }] : [];
  });
}

// Each fault beside its field and in the summary; what belongs to no field is in the summary alone.
function sorted(refusal: Refusal | null, fields: Set<Field>) {
  const beside = new Map<string, string>();
  const lines = (refusal?.faults ?? []).map(({ path, message }): Line => {
    const name = path.join(".");
    const field = [...fields].find((one) => one.name === name);
    if (field) beside.set(name, [beside.get(name), message].filter(Boolean).join(" "));
    return { field, message };
  });
  return { beside, lines };
}

const isSignedOut = (error: unknown): boolean =>
  isRefusal(error, "LOGIN_REQUIRED") || isRefusal(error, "REAUTHENTICATION_REQUIRED");

// Passwords are typed again.
function drafted(fields: Set<Field>): Draft {
  const kept = [...fields].filter(({ name }) => !/password/i.test(name));
  return Object.fromEntries(kept.map(({ name, read }) => [name, read()]));
}

/** What was typed into the field of this name, where the person comes back to it. */
export function useKept(name: string): string | undefined {
  const { draft } = useContext(Fields);
  if (!(name in draft)) return undefined;
  const typed = draft[name];
  return Array.isArray(typed) ? typed.join("\n") : String(typed ?? "");
}

function inOrder(fields: Set<Field>): Field[] {
  const place = (field: Field) => document.getElementById(field.id);
  const follows = (a: Element, b: Element) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [...fields].sort((one, other) => {
    const [a, b] = [place(one), place(other)];
    return a && b && !follows(a, b) ? 1 : -1;
  });
}

function values(fields: Set<Field>): object {
  const input: Record<string, unknown> = {};
  for (const { name, read } of fields) {
    const path = name.split(".");
    const last = path.pop() as string;
    let below = input;
    for (const step of path) below = (below[step] ??= {}) as Record<string, unknown>;
    below[last] = read();
  }
  return input;
}

function enrolling(fields: Set<Field>) {
  return (field: Field) => {
    fields.add(field);
    return () => void fields.delete(field);
  };
}

interface Enrolment {
  name: string;
  label: string;
  read: () => unknown;
  check?: () => string | undefined;
  optional?: boolean;
}

/** Enter a control in the form around it: what its elements need to be labelled, described and found faulty. */
export function useField({ name, label, read, check, optional = false }: Enrolment) {
  const book = useContext(Fields);
  const id = `${name.replace(/\./g, "-")}-${useId()}`;
  const latest = useRef({ label, read, check });
  latest.current = { label, read, check };
  useEffect(() => {
    const required = () => (optional || latest.current.read() ? "" : t`Ce champ est obligatoire.`);
    const field: Field = {
      name,
      id,
      get label() {
        return latest.current.label;
      },
      read: () => latest.current.read(),
      check: () => required() || latest.current.check?.() || "",
    };
    return book.enrol(field);
  }, [name, id, optional]);
  return { id, fault: book.faults.get(name) ?? "" };
}
