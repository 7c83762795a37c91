// « Mes informations » : all of the profile, and the language of the e-mails.

import { t } from "@lingui/core/macro";
import { Radios } from "../components/choice-field";
import { Form } from "../components/form";
import { useAsk } from "../components/loaded";
import { Own, OwnScreen } from "../components/own";
import { ProfileFields } from "../components/profile-fields";
import { MyProfile, UpdateProfile } from "../documents/account";
import { LANGUAGES } from "../i18n";
import { spelled } from "../phone";
import { go } from "../router";
import type { UpdateProfileInput } from "../schema";
import { perform } from "../server";

export default function AccountProfile() {
  const asked = useAsk(MyProfile, {});
  const title = t`Mes informations`;
  async function save(input: UpdateProfileInput) {
    await perform(UpdateProfile, input);
    go("/account", { carried: { done: "profile" } });
  }
  return (
    <Own of={asked} name="account-profile" title={title}>
      {(me) => (
        <OwnScreen name="account-profile" title={title}>
          <p class="hint">{t`Tous les champs sont obligatoires, sauf mention « facultatif ».`}</p>
          <Form<UpdateProfileInput> label={t`Enregistrer`} submit={save}>
            <ProfileFields known={{ ...me, phone: spelled(me.phone), mobile: spelled(me.mobile) }} />
            <Radios
              name="locale"
              label={t`Langue de mes e-mails`}
              options={Object.entries(LANGUAGES)}
              value={me.locale}
            />
          </Form>
        </OwnScreen>
      )}
    </Own>
  );
}
