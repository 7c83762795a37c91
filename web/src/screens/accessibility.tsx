// How far the portal may be used by everybody, and whom to tell where it may not (RGAA 4.1, article 47 of law 2005-102).

import { t } from "@lingui/core/macro";
import { Screen } from "../components/screen";
import { useStore } from "../store";
import { dress } from "../theme/dress";

export default function Accessibility() {
  const { supportEmail } = useStore(dress) ?? {};
  return (
    <Screen name="accessibility" title={t`Accessibilité`}>
      <p>{t`Ce portail est conçu pour être utilisé par tous : au clavier, avec un lecteur d’écran, agrandi à 200 %, sur un petit téléphone, en mode clair ou sombre.`}</p>
      <h2>{t`État de conformité`}</h2>
      <p>{t`Il vise le référentiel général d’amélioration de l’accessibilité (RGAA 4.1) et les règles WCAG 2.2, niveau AA. Chaque version est vérifiée par des tests automatiques, mais aucun audit indépendant n’a encore été mené : au sens de la loi, il est donc déclaré non conforme.`}</p>
      <h2>{t`Signaler un obstacle`}</h2>
      <p>
        {supportEmail
          ? t`Si vous ne pouvez pas lire une page ou faire une démarche, écrivez-nous : nous vous aiderons par un autre moyen.`
          : t`Si vous ne pouvez pas lire une page ou faire une démarche, écrivez au service qui gère votre contrat : il vous aidera par un autre moyen.`}
      </p>
      {supportEmail && (
        <p>
          <a href={`mailto:${supportEmail}`}>{supportEmail}</a>
        </p>
      )}
      <h2>{t`Si la réponse ne vous convient pas`}</h2>
      <p>{t`Vous pouvez saisir le Défenseur des droits : 09 69 39 00 00, ou par courrier gratuit, sans timbre, à Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.`}</p>
    </Screen>
  );
}
