// A button for what cannot be undone: it asks first, in its own place, and the focus follows.

import { t } from "@lingui/core/macro";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "./button";
import { Form } from "./form";

interface Props {
  label: string;
  /** What will happen. */
  question: string;
  /** The words of the button that does it. */
  confirm: string;
  press: () => Promise<string | void>;
  /** The id of what the button is about, where several stand on a page. */
  about?: string;
}

export function Certain({ label, question, confirm, press, about }: Props) {
  const [asks, ask] = useState<boolean | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (asks !== null) box.current?.querySelector<HTMLElement>(asks ? "p" : "button")?.focus();
  }, [asks]);
  return (
    <div class="certain" ref={box}>
      {asks ? (
        <div role="group" aria-labelledby={id}>
          <p id={id} tabIndex={-1}>
            {question}
          </p>
          <Form
            label={confirm}
            look="danger"
            submit={press}
            aside={<Button look="quiet" press={() => ask(false)}>{t`Annuler`}</Button>}
          />
        </div>
      ) : (
        <Button look="second" describedBy={about} press={() => ask(true)}>
          {label}
        </Button>
      )}
    </div>
  );
}
