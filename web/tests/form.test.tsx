// A form tells what is wrong beside the fields and in the summary, and keeps what was typed.

import { render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Checkbox, Radios } from "../src/components/choice-field";
import { Form } from "../src/components/form";
import { NewPassword } from "../src/components/password-field";
import { EmailField, TextField } from "../src/components/text-field";
import { Refused } from "../src/server";

const send = () => userEvent.click(screen.getByRole("button", { name: "Envoyer" }));

test("values are given by path, trimmed, and null where nothing was said", async () => {
  const submit = vi.fn();
  render(
    <Form label="Envoyer" submit={submit}>
      <TextField name="profile.familyName" label="Nom" value=" Test " />
      <TextField name="address.lines" label="Rue" rows={2} lines value={"1 rue\n\n bât. B "} />
      <TextField name="phone" label="Téléphone" optional />
      <Radios name="civility" label="Civilité" options={[["MADAM", "Madame"], ["SIR", "Monsieur"]]} value="SIR" />
      <Checkbox name="terms" label="Conditions" worth="v1" checked />
    </Form>,
  );
  await send();
  expect(submit).toHaveBeenCalledWith({
    profile: { familyName: "Test" },
    address: { lines: ["1 rue", "bât. B"] },
    phone: null,
    civility: "SIR",
    terms: "v1",
  });
});

test("what is missing is told at once, in the summary that takes the focus, in the order of the page", async () => {
  const submit = vi.fn();
  render(
    <Form label="Envoyer" submit={submit}>
      <EmailField value="jm@exemple" />
      <TextField name="familyName" label="Nom" />
    </Form>,
  );
  await send();
  const summary = screen.getByRole("alert");
  await waitFor(() => expect(document.activeElement).toBe(summary));
  const links = [...summary.querySelectorAll("a")];
  expect(links.map((link) => link.textContent?.split(/\s:/)[0])).toEqual(["Adresse e-mail", "Nom"]);
  await userEvent.click(links[1]!);
  expect(document.activeElement).toBe(screen.getByLabelText("Nom"));
  expect(screen.getByLabelText<HTMLInputElement>("Adresse e-mail").value).toBe("jm@exemple");
  expect(submit).not.toHaveBeenCalled();
});

test("a refusal of the server stands beside its field, says how long to wait, and loses nothing", async () => {
  const faults = [{ path: ["familyName"], code: "INVALID", message: "Ce nom ne va pas." }];
  render(
    <Form
      label="Envoyer"
      submit={() => {
        throw new Refused({ code: "RATE_LIMITED", message: "Trop d’essais.", faults, retryAfter: 300 });
      }}
    >
      <TextField name="familyName" label="Nom" value="X" />
    </Form>,
  );
  await send();
  const field = screen.getByLabelText<HTMLInputElement>("Nom");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(document.getElementById(`${field.id}-fault`)?.textContent).toBe("Ce nom ne va pas.");
  expect(field.value).toBe("X");
  expect(screen.getByRole("alert").textContent).toContain("5 minutes");
});

test("a new password ticks its rules as one types, whatever the keyboard composes", async () => {
  const rules = [
    { code: "MIN_LENGTH", description: "8 caractères", pattern: "^[\\s\\S]{8,}$" },
    { code: "UPPERCASE", description: "Une majuscule", pattern: "\\p{Lu}" },
    { code: "COMMON", description: "Pas trop courant", pattern: null },
  ];
  const submit = vi.fn();
  render(
    <Form label="Envoyer" submit={submit}>
      <NewPassword policy={{ minLength: 8, maxLength: 128, rules }} />
    </Form>,
  );
  const field = screen.getByLabelText<HTMLInputElement>("Mot de passe");
  await userEvent.type(field, "É");
  const states = () => [...document.querySelectorAll(".rules li")].map((rule) => rule.className);
  expect(states()).toEqual(["broken", "kept", "later"]);
  await send();
  expect(submit).not.toHaveBeenCalled();
  await userEvent.type(field, "E\u0301coleee");
  expect(states()).toEqual(["kept", "kept", "later"]);
  await send();
  expect(submit).toHaveBeenCalledWith({ password: "ÉÉcoleee" });
  await userEvent.click(screen.getByRole("button", { name: "Afficher" }));
  expect(field.type).toBe("text");
});
