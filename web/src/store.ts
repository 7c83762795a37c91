// One value that several components show: set it anywhere, and whoever uses it is drawn again.

import { useEffect, useState } from "preact/hooks";

export interface Store<T> {
  value: T;
  set(value: T): void;
  watch(told: () => void): () => void;
}

export function store<T>(value: T): Store<T> {
  const watching = new Set<() => void>();
  const made: Store<T> = {
    value,
    set(next) {
      made.value = next;
      for (const told of watching) told();
    },
    watch(told) {
      watching.add(told);
      return () => void watching.delete(told);
    },
  };
  return made;
}

export function useStore<T>(source: Store<T>): T {
  const [, draw] = useState({});
  useEffect(() => source.watch(() => draw({})), [source]);
  return source.value;
}
