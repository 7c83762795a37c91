// « Je ne suis pas un robot », proven by the machine while the person types. Only its state is seen here.

import { t } from "@lingui/core/macro";
import { useMemo } from "preact/hooks";
import { newProof, type WatchedProof } from "../proof-of-work";
import { useStore } from "../store";

/** A proof for one form: give it to `perform`, and its `begin` to `<Form begun>`. */
export function useProof(): WatchedProof & { begin: () => void } {
  return useMemo(() => {
    const proof = newProof();
    // What fails in the background is told when the form is sent.
    return { ...proof, begin: () => void proof.solution().catch(() => {}) };
  }, []);
}

export function ProofOfWork({ proof }: { proof: WatchedProof }) {
  const progress = useStore(proof.progress);
  const words = {
    idle: t`Une vérification automatique confirmera que vous n’êtes pas un robot.`,
    working: t`Vérification que vous n’êtes pas un robot…`,
    done: t`Vérifié : vous n’êtes pas un robot.`,
    failed: t`La vérification sera reprise à l’envoi.`,
  };
  return (
    <div class={`proof ${progress}`}>
      <p class="proof-title">{t`Sécurité`}</p>
      <p role="status">{words[progress]}</p>
    </div>
  );
}
