// Opening an account: what was given once is not asked again, whatever happens meanwhile.

import { render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { CommuneSearch } from "../src/components/commune-search";
import { RegistrationForm } from "../src/components/registration-form";
import type { Proven } from "../src/documents/register";
import type { OperatorFacts } from "../src/documents/shared";
import * as registration from "../src/registration";
import { start, visit } from "../src/router";
import { store } from "../src/store";

vi.mock("../src/proof-of-work", () => ({
  newProof: () => ({ progress: store("idle"), solution: async () => "solved", renew: () => {} }),
}));

const PASSWORD = "Une-Porte-Ouverte-42";
const OPERATOR: OperatorFacts = {
  slug: "pays",
  name: "Le Pays",
  services: ["WASTE"],
  proofMethods: ["ACTIVATION_KEY"],
  acceptsRequests: false,
  activationKeysChecked: true,
  supportEmail: null,
  termsOfService: { version: "1", url: "/terms/pays" },
  theme: { logoUrl: null, colour: null, secondColour: null, darkColour: null, darkSecondColour: null },
};
const proven = (proofToken: string): Proven => ({ proofToken, operator: OPERATOR, subscriber: null });
const problem = (code: string) => ({ code, message: code, faults: [], retryAfter: null });

interface Asked {
  name: string;
  variables: { input?: Record<string, unknown>; search?: string };
}

let asked: Asked[] = [];

/** Answer each operation by its name; a list is given out one by one. */
function serve(answers: Record<string, unknown>): void {
  asked = [];
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const { query, variables } = JSON.parse(body);
    const name = /^(?:query|mutation) (\w+)/.exec(query)?.[1] ?? "";
    asked.push({ name, variables });
    const answer = answers[name];
    const data = typeof answer === "function" ? await answer(variables) : Array.isArray(answer) ? answer.shift() : answer;
    return { json: async () => ({ data }) };
  });
}

const inputs = (name: string) => asked.filter((one) => one.name === name).map(({ variables }) => variables.input);
const criteria = { passwordPolicy: { minLength: 8, maxLength: 100, rules: [] } };
const received = { register: { message: "Bienvenue" } };

async function fillIn(): Promise<void> {
  const begun = { proof: proven("first"), shown: { activationKey: "KEY" }, draft: {} };
  registration.keep(begun);
  render(<RegistrationForm begun={begun} query={new URLSearchParams("continue=service")} />);
  await userEvent.selectOptions(await screen.findByLabelText("Nature juridique"), "INDIVIDUAL");
  await userEvent.click(screen.getByLabelText("Madame"));
  await userEvent.type(screen.getByLabelText("Nom"), "Martin");
  await userEvent.type(screen.getByLabelText("Prénom"), "Zoé");
  await userEvent.type(screen.getByLabelText("Adresse e-mail"), "zoe@exemple.fr");
  await userEvent.type(screen.getByLabelText("Mot de passe"), PASSWORD);
  await userEvent.click(screen.getByRole("checkbox"));
}

const send = () => userEvent.click(screen.getByRole("button", { name: "Valider ma demande" }));

beforeEach(() => {
  start(() => true);
  sessionStorage.clear();
});

test("what was typed is kept for a reload, and never the password", async () => {
  serve({ Criteria: criteria });
  await fillIn();
  const kept = () => sessionStorage.getItem("parvis.registration") ?? "";
  await waitFor(() => expect(JSON.parse(kept()).draft.email).toBe("zoe@exemple.fr"));
  expect(JSON.parse(kept()).draft.profile).toMatchObject({ legalNature: "INDIVIDUAL", civility: "MADAM", givenName: "Zoé" });
  expect(kept()).not.toContain(PASSWORD);
});

test("what was sent is forgotten here, and the mailbox comes next", async () => {
  serve({ Criteria: criteria, Register: received });
  await fillIn();
  await send();
  await waitFor(() => expect(visit.value.path).toBe("/check-mail"));
  expect(inputs("Register")).toEqual([
    expect.objectContaining({ proofToken: "first", continueWith: "service", acceptedTermsVersion: "1" }),
  ]);
  expect(registration.find()).toBeNull();
  expect(sessionStorage.getItem("parvis.registration")).toBeNull();
});

test("a proof that grew old is renewed with what was shown, and nobody notices", async () => {
  serve({
    Criteria: criteria,
    Register: [{ register: problem("PROOF_EXPIRED") }, received],
    ValidateActivationKey: { validateActivationKey: proven("second") },
  });
  await fillIn();
  await send();
  await waitFor(() => expect(visit.value.path).toBe("/check-mail"));
  expect(inputs("ValidateActivationKey")).toEqual([{ operator: "pays", activationKey: "KEY" }]);
  expect(inputs("Register").map((input) => input?.proofToken)).toEqual(["first", "second"]);
});

test("terms that changed meanwhile are accepted anew, and only those", async () => {
  const changed = { ...OPERATOR, termsOfService: { version: "2", url: "/terms/pays" } };
  serve({
    Criteria: criteria,
    Register: [{ register: problem("TERMS_OUTDATED") }, received],
    OperatorNamed: { operator: changed },
  });
  await fillIn();
  await send();
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("nouvelles conditions"));
  expect(screen.getByRole<HTMLInputElement>("checkbox").checked).toBe(false);
  await userEvent.click(screen.getByRole("checkbox"));
  await send();
  await waitFor(() => expect(inputs("Register").map((input) => input?.acceptedTermsVersion)).toEqual(["1", "2"]));
});

const commune = (name: string) => ({ inseeCode: name, name, postcodes: ["86200"] });

test("« Entrée » chooses the commune that was typed, not the one whose answer came late", async () => {
  let answerLate = (_: object) => {};
  const late = new Promise<object>((resolve) => (answerLate = resolve));
  serve({ Communes: ({ search }: { search: string }) => (search === "lou" ? late : { communes: [commune("Loudun")] }) });
  render(<CommuneSearch {...visit.value} path="/" />);
  const field = screen.getByRole("searchbox");
  await userEvent.type(field, "lou{Enter}");
  await waitFor(() => expect(asked.map(({ variables }) => variables.search)).toContain("lou"));
  await userEvent.type(field, "dun{Enter}");
  await waitFor(() => expect(visit.value.query.get("commune")).toBe("Loudun"));
  answerLate({ communes: [commune("Lourdes")] });
  for (let turn = 0; turn < 5; turn++) await new Promise((next) => setTimeout(next));
  expect(screen.getAllByRole("link").map((link) => link.textContent)).toEqual(["Loudun 86200"]);
});

test("« Entrée » leads to the list where there are several communes", async () => {
  serve({ Communes: { communes: [commune("Loudun"), commune("Loudéac")] } });
  render(<CommuneSearch {...visit.value} path="/" />);
  await userEvent.type(screen.getByRole("searchbox"), "loud{Enter}");
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Loudun 86200"));
});
