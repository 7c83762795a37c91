// Mailed links and the tab that waits for one: looking changes nothing, and everybody is led on.

import { fireEvent, render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { OperatorFacts } from "../src/documents/shared";
import type { Visit } from "../src/router";
import CheckMail from "../src/screens/check-mail";
import Confirm from "../src/screens/confirm";
import LinkContract, { masked } from "../src/screens/link-contract";

const EMAIL = "jean@exemple.fr";
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
const problem = (code: string, message: string) => ({ code, message, faults: [], retryAfter: null });
const link = (facts = {}) => ({
  me: null,
  link: {
    purpose: "CONFIRM_REGISTRATION",
    status: "VALID",
    maskedEmail: "j•••@exemple.fr",
    expiresAt: "2030-01-01T00:00:00Z",
    operator: { ...OPERATOR, signsInOnConfirmation: false },
    registration: { begunAt: "2029-12-31T10:00:00Z", here: true, initials: "J. T.", city: null },
    ...facts,
  },
});
const waiting = (status = "WAITING") => ({
  me: null,
  pendingRegistration: {
    status,
    email: EMAIL,
    expiresAt: "2030-01-01T00:00:00Z",
    resendAvailableAt: "2020-01-01T00:00:00Z",
    operator: OPERATOR,
    mail: { subject: "Confirmez votre adresse", sender: "Le Pays", address: "ne-pas-repondre@pays.fr" },
    wayBack: null,
  },
});
const visit = (carried: Record<string, string>): Visit => ({
  path: "/",
  params: {},
  query: new URLSearchParams(),
  carried,
  step: 1,
});

let performed: string[] = [];
let answers: Record<string, unknown> = {};

beforeEach(() => {
  performed = [];
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const [, kind, name = ""] = /^(query|mutation) (\w+)/.exec(JSON.parse(body).query) ?? [];
    if (kind === "mutation") performed.push(name);
    return { json: async () => ({ data: answers[name] }) };
  });
});

const heading = (name: string) => screen.findByRole("heading", { level: 1, name });

test("opening a link uses nothing up: a person presses the button", async () => {
  const confirmed = { email: EMAIL, message: "", signedIn: false, wayBack: null };
  answers = { MailedLink: link(), ConfirmRegistration: { confirmRegistration: confirmed } };
  render(<Confirm {...visit({ token: "t" })} />);
  const button = await screen.findByRole("button", { name: "Confirmer mon adresse" });
  expect(performed).toEqual([]);
  await userEvent.click(button);
  await heading("Bienvenue sur votre espace usager");
  expect(performed).toEqual(["ConfirmRegistration"]);
});

test("whoever did not register here is told who did, and may say that it was not them", async () => {
  const registration = { ...link().link.registration, here: false, city: "LOUDUN" };
  answers = { MailedLink: link({ registration }), DisownRegistration: { disownRegistration: { message: "" } } };
  render(<Confirm {...visit({ token: "t" })} />);
  await screen.findByText("J. T.");
  screen.getByText("LOUDUN");
  await userEvent.click(screen.getByRole("button", { name: "Ce n’est pas moi" }));
  await heading("Cette inscription est annulée");
});

test("a link that was used meanwhile leads on, as one that was used before", async () => {
  answers = { MailedLink: link(), ConfirmRegistration: { confirmRegistration: problem("LINK_USED", "Utilisé.") } };
  render(<Confirm {...visit({ token: "t" })} />);
  const button = await screen.findByRole("button", { name: "Confirmer mon adresse" });
  answers.MailedLink = link({ status: "USED", registration: null });
  await userEvent.click(button);
  await heading("Ce lien ne peut plus servir");
  screen.getByRole("link", { name: "Accéder à mon compte" });
});

test("a link of another errand is not known here, nor is a page without one asked about", async () => {
  answers = { MailedLink: link({ purpose: "RESET_PASSWORD" }) };
  const { unmount } = render(<Confirm {...visit({ token: "t" })} />);
  await heading("Ce lien n’est pas valable");
  unmount();
  answers = {};
  render(<Confirm {...visit({})} />);
  await heading("Ce lien n’est pas valable");
});

test("an account that was there already is told of in the server's words", async () => {
  answers = { MailedLink: link(), ConfirmRegistration: { confirmRegistration: problem("CONFLICT", "Déjà là.") } };
  render(<Confirm {...visit({ token: "t" })} />);
  await userEvent.click(await screen.findByRole("button", { name: "Confirmer mon adresse" }));
  await screen.findByText("Déjà là.");
  screen.getByRole("link", { name: "Accéder à mon compte" });
});

test.each([
  ["Jean@Exemple.fr", "j•••@exemple.fr"],
  ["é@x.fr", "é•••@x.fr"],
])("%s is masked as the server masks it", (email, expected) => expect(masked(email)).toBe(expected));

test("a link for another account is not tried: it would be used up", async () => {
  const contract = link({ purpose: "LINK_CONTRACT" });
  answers = { MailedLink: { ...contract, me: { email: "marie@exemple.fr" } } };
  render(<LinkContract {...visit({ token: "t" })} />);
  await screen.findByRole("button", { name: "Me déconnecter" });
  expect(screen.queryByRole("button", { name: "Ajouter ce contrat" })).toBeNull();
});

test("who adds the contract goes on to the service that sent them to register", async () => {
  const wayBack = { name: "Médiathèque", url: "https://mediatheque.example/entrer" };
  answers = {
    MailedLink: { ...link({ purpose: "LINK_CONTRACT" }), me: { email: EMAIL } },
    LinkContract: { linkContract: { message: "", wayBack } },
  };
  render(<LinkContract {...visit({ token: "t" })} />);
  await userEvent.click(await screen.findByRole("button", { name: "Ajouter ce contrat" }));
  const onward = await screen.findByRole("link", { name: "Continuer vers Médiathèque" });
  expect(onward.getAttribute("href")).toBe(wayBack.url);
});

test("the tab that waits goes on when its person comes back from their mailbox", async () => {
  answers = { Waiting: waiting(), HowFar: { pendingRegistration: { status: "CONFIRMED" } } };
  render(<CheckMail {...visit({ message: "Créé." })} />);
  await heading("Consultez votre messagerie");
  answers.Waiting = waiting("CONFIRMED");
  await waitFor(() => {
    fireEvent(document, new Event("visibilitychange"));
    screen.getByRole("heading", { level: 1, name: "Bienvenue sur votre espace usager" });
  });
});

test("a wrong code says so beside the field, and keeps what was typed", async () => {
  answers = { Waiting: waiting(), ConfirmRegistration: { confirmRegistration: problem("LINK_INVALID", "Non.") } };
  render(<CheckMail {...visit({})} />);
  const code = (await screen.findByLabelText("Code à six chiffres de l’e-mail")) as HTMLInputElement;
  await userEvent.type(code, "12 34 56");
  await userEvent.click(screen.getByRole("button", { name: "Confirmer mon adresse" }));
  await waitFor(() => expect(code.getAttribute("aria-invalid")).toBe("true"));
  expect(code.value).toBe("12 34 56");
});
