// What the screens of the account stand on: coming back from signing in, being asked first, recognising a device.

import { render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Certain } from "../src/components/certain";
import { Radios, SelectField } from "../src/components/choice-field";
import { Form } from "../src/components/form";
import { PasswordField } from "../src/components/password-field";
import { TextField } from "../src/components/text-field";
import { deviceName } from "../src/device";
import { MyEmail } from "../src/documents/account";
import { spelled } from "../src/phone";
import { go, typed, wayBack } from "../src/router";
import { ask, Refused } from "../src/server";

beforeEach(() => history.replaceState(null, "", "/account/profile?from=here"));
afterEach(() => vi.unstubAllGlobals());

function Profile({ submit, kept }: { submit?: () => void; kept?: boolean }) {
  return (
    <Form label="Envoyer" kept={kept} submit={submit ?? (() => {})}>
      <TextField name="profile.familyName" label="Nom" value="Durand" />
      <TextField name="lines" label="Rue" rows={2} lines optional />
      <Radios name="civility" label="Civilité" options={[["MADAM", "Madame"], ["SIR", "Monsieur"]]} value="SIR" />
      <SelectField name="nature" label="Nature" options={[["A", "Un"], ["B", "Deux"]]} value="A" />
      <PasswordField />
    </Form>
  );
}

async function fill() {
  await userEvent.clear(screen.getByLabelText("Nom"));
  await userEvent.type(screen.getByLabelText("Nom"), "Dupont");
  await userEvent.type(screen.getByLabelText("Rue (facultatif)"), "1 rue\nbât. B");
  await userEvent.click(screen.getByLabelText("Madame"));
  await userEvent.selectOptions(screen.getByLabelText("Nature"), "B");
  await userEvent.type(screen.getByLabelText("Mot de passe"), "Secret-1");
}

function whatStands() {
  return {
    name: screen.getByLabelText<HTMLInputElement>("Nom").value,
    street: screen.getByLabelText<HTMLTextAreaElement>("Rue (facultatif)").value,
    madam: screen.getByLabelText<HTMLInputElement>("Madame").checked,
    nature: screen.getByLabelText<HTMLSelectElement>("Nature").value,
    password: screen.getByLabelText<HTMLInputElement>("Mot de passe").value,
  };
}

const FILLED = { name: "Dupont", street: "1 rue\nbât. B", madam: true, nature: "B", password: "" };

test("a session that ended leads to signing in and back, to what was typed, the password apart", async () => {
  const { unmount } = render(
    <Profile
      submit={() => {
        throw new Refused({ code: "LOGIN_REQUIRED", message: "Veuillez vous connecter." });
      }}
    />,
  );
  await fill();
  await userEvent.click(screen.getByRole("button", { name: "Envoyer" }));
  await waitFor(() => expect(location.pathname).toBe("/sign-in"));
  unmount();
  go(wayBack(new URLSearchParams(location.search), "/"), { replace: true, draft: typed() });
  expect(location.pathname + location.search).toBe("/account/profile?from=here");
  render(<Profile />);
  expect(whatStands()).toEqual(FILLED);
  expect(JSON.stringify(history.state)).not.toContain("Secret-1");
});

test("what is kept survives a reload, and a new visit begins afresh", async () => {
  const { unmount } = render(<Profile kept />);
  await fill();
  await waitFor(() => expect(typed()["profile.familyName"]).toBe("Dupont"));
  unmount();
  const reloaded = render(<Profile kept />);
  expect(whatStands()).toEqual(FILLED);
  reloaded.unmount();
  go("/account/profile");
  render(<Profile kept />);
  expect(whatStands().name).toBe("Durand");
});

test("what cannot be undone is asked first, and the focus goes along", async () => {
  const press = vi.fn();
  render(<Certain label="Retirer" question="Vraiment ?" confirm="Oui" press={press} />);
  await userEvent.click(screen.getByRole("button", { name: "Retirer" }));
  expect(press).not.toHaveBeenCalled();
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Vraiment ?"));
  await userEvent.click(screen.getByRole("button", { name: "Annuler" }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Retirer" })));
  await userEvent.click(screen.getByRole("button", { name: "Retirer" }));
  await userEvent.click(screen.getByRole("button", { name: "Oui" }));
  expect(press).toHaveBeenCalledOnce();
});

test("what a query is refused is told as the server says it, with the time to wait", async () => {
  const error = { message: "Trop de tentatives.", extensions: { code: "RATE_LIMITED", retryAfter: 60 } };
  vi.stubGlobal("fetch", async () => Response.json({ data: { me: null }, errors: [error] }));
  await expect(ask(MyEmail, {})).rejects.toMatchObject({
    refusal: { code: "RATE_LIMITED", message: "Trop de tentatives.", retryAfter: 60 },
  });
});

test("half an answer is no answer: nobody is taken for signed out because of it", async () => {
  const error = { message: "Internal error", extensions: { code: "INTERNAL" } };
  vi.stubGlobal("fetch", async () => Response.json({ data: { me: null }, errors: [error] }));
  await expect(ask(MyEmail, {})).rejects.toMatchObject({ refusal: { code: "UNANSWERED" } });
});

test.each([
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "Safari sur iPhone"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge sur Windows"],
  ["Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36", "Samsung Internet sur Android"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0", "Firefox sur Linux"],
  ["curl/8.5.0", "Appareil inconnu"],
  [null, "Appareil inconnu"],
])("a device is called as people call it: %s", (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});

test.each([
  ["+33612345678", "06 12 34 56 78"],
  ["+32470123456", "+32470123456"],
  [null, null],
])("a phone number reads as it does in France: %s", (phone, read) => {
  expect(spelled(phone)).toBe(read);
});
