// A part of a screen that comes only where it is needed.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Unloaded } from "./unloaded";

/** The component that `load` brings, once it is there. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return function Later(props: Props) {
    const [Loaded, show] = useState<ComponentType<Props> | null>(null);
    useEffect(() => {
      load().then(
        (found) => show(() => found),
        () => show(() => Unloaded),
      );
    }, []);
    return Loaded && <Loaded {...props} />;
  };
}

/** Who manages the contract, where no address says so. */
export const CommuneOperators = later(() => import("./find-operator").then((module) => module.CommuneOperators));
