// Where the portal says politely what it is doing, without moving anything or taking the focus.

import { store, useStore } from "../store";

const said = store("");

/** Say this to everybody, screen readers included; an empty text takes it back. */
export function announce(words: string): void {
  if (words !== said.value) said.set(words);
}

export function Status() {
  const words = useStore(said);
  return (
    <p id="status" role="status">
      {words}
    </p>
  );
}
