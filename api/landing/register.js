// Opening an account, from the commune to the confirmed e-mail: both journeys, and the request of who has no key.

import { action, announce, choice, consent, el, email, entry, field } from "./page.js";
import { form, heading, link, newPassword, show, text } from "./page.js";
import { ask, perform } from "./server.js";
import { say, when } from "./words.js";

const OPERATOR = "slug name services proofMethods acceptsRequests termsOfService { version url }";
const BEGINNING = `{
  me { email }
  pendingRegistration { status email expiresAt resendAvailableAt wayBack { name url } }
}`;
const COMMUNES = `query($search: String!) {
  communes(search: $search) { name postcodes operators { ${OPERATOR} } }
}`;
const PROOF = `Proof {
  proofToken operator { ${OPERATOR} }
  subscriber {
    legalNature civility organizationName familyName givenName maskedPhone maskedMobile
    address { lines postcode city }
  }
}`;
const PENDING = "RegistrationPending { email expiresAt resendAvailableAt message }";
const RULES = "{ passwordPolicy { rules { code description pattern } } }";
const NATURES = ["INDIVIDUAL", "SOLE_TRADER", "COMPANY", "ASSOCIATION", "PUBLIC_BODY", "CO_OWNERSHIP"];
const PEOPLE = ["INDIVIDUAL", "SOLE_TRADER"];
const POSTCODES_SHOWN = 3;
const SECONDS_BETWEEN_LOOKS = 5;

const proving = () => announce(say("proving"));
const restart = () => text(link("/register", say("way.restart")));
const step = (number) => el("p", { class: "hint" }, say("step", { step: number }));

const lined = ({ lines, postcode, city }) => [...lines.flatMap((line) => [line, el("br")]), `${postcode} ${city}`];

export const contractLine = ({ operator, contractNumber, address: { lines, postcode, city } }) =>
  [operator.name, contractNumber, ...lines, `${postcode} ${city}`].filter(Boolean).join(", ");

// `carried` may hold the key and the operator of an e-mail.
export async function register(carried) {
  const { me, pendingRegistration } = await ask(BEGINNING);
  const visit = { me, key: carried.get("key") ?? "", from: carried.get("continue") };
  if (carried.get("operator")) {
    const query = `query($slug: String!) { operator(slug: $slug) { ${OPERATOR} } }`;
    const { operator } = await ask(query, { slug: carried.get("operator") });
    if (operator) return prove(visit, operator);
  }
  commune(visit, pendingRegistration?.status === "WAITING" ? pendingRegistration : null);
}

// Seed 004, step 2: choose the commune, and be told who manages the contract.
function commune(visit, pending = null) {
  const found = el("ul", { class: "choices" });
  const search = entry("search", say("commune.label"), { autocomplete: "off", spellcheck: "false" });
  show(say("commune.title"), step(1),
    visit.from && text(link(`/login?${new URLSearchParams({ continue: visit.from })}`, say("way.signed"))),
    visit.key && text(say("key.kept", { key: visit.key })),
    pending && [
      text(say("waiting.here", { email: pending.email })),
      action(say("waiting.button"), () => waiting(pending), "second"),
    ],
    form([search], say("commune.button"), async (input) => {
      const { communes } = await ask(COMMUNES, input);
      const choose = (one) => action(named(one), () => operators(visit, one), "second");
      found.replaceChildren(...communes.map((one) => el("li", {}, choose(one))));
      return communes.length ? say("commune.found", { count: communes.length }) : say("commune.none");
    }),
    found);
}

function named({ name, postcodes }) {
  const more = postcodes.length > POSTCODES_SHOWN ? ["…"] : [];
  return `${name} (${[...postcodes.slice(0, POSTCODES_SHOWN), ...more].join(", ")})`;
}

function operators(visit, { name, operators: serving }) {
  const other = action(say("commune.other"), () => commune(visit), "second");
  if (!serving.length) return show(name, step(2), text(say("commune.nobody", { commune: name })), other);
  const each = serving.map((operator) => [
    heading(operator.name),
    text(operator.services.map((kind) => say(kind)).join(", ")),
    action(say("continue"), () => prove(visit, operator)),
  ]);
  show(name, step(2), text(say("commune.operators")), each.flat(), other);
}

// Seed 000, steps 2 to 4; seed 004, step 3.
function prove(visit, operator) {
  const methods = { ACTIVATION_KEY: byKey, CONTRACT_AND_METER: byContract };
  const asked = operator.proofMethods.filter((method) => method in methods);
  show(say("proof.title"), step(3), text(say("proof.operator", { operator: operator.name })),
    asked.flatMap((method) => methods[method](visit, operator)),
    operator.acceptsRequests && [
      heading(say("keyless.title")),
      text(say("keyless.text")),
      action(say("keyless.button"), () => request(operator), "second"),
    ],
    restart());
}

function byKey(visit, operator) {
  const how = { value: visit.key, autocomplete: "off", autocapitalize: "characters", spellcheck: "false" };
  const key = entry("activationKey", say("key.label"), how, { hint: say("key.hint") });
  return [heading(say("key.title")), form([key], say("key.button"), async (input) => {
    proven(visit, await perform("validateActivationKey", { operator: operator.slug, ...input }, PROOF));
  })];
}

function byContract(visit, operator) {
  const how = { autocomplete: "off", spellcheck: "false" };
  const digits = { ...how, inputmode: "numeric" };
  const contract = entry("contractNumber", say("contract.label"), digits, { hint: say("contract.hint") });
  const meter = entry("meterNumber", say("meter.label"), how, { hint: say("meter.hint") });
  return [heading(say("contract.title")), form([contract, meter], say("continue"), async (input) => {
    proven(visit, await perform("verifyContract", { operator: operator.slug, ...input }, PROOF));
  })];
}

const proven = ({ me, from }, proof) => (me ? attach(me, proof) : fill(proof, from));

// Whoever is signed in already adds the contract to the account.
function attach(me, { proofToken, operator, subscriber }) {
  const address = subscriber?.address;
  show(say("attach.title"), text(say("home.signed", { email: me.email })),
    text(address ? contractLine({ operator, address }) : operator.name),
    action(say("attach.title"), async () => {
      const { message } = await perform("linkContract", { proofToken }, "ContractLinked { message }");
      show(message, text(link("/", say("way.login"))));
    }));
}

// Seed 000, step 5: the form, prefilled with what the operator knows.
async function fill({ proofToken, operator, subscriber }, from) {
  const { passwordPolicy } = await ask(RULES);
  const address = subscriber?.address;
  const parts = [
    heading(say("form.you")),
    ...profile(subscriber ?? {}),
    ...(address ? [heading(say("form.address")), text(...lined(address))] : []),
    heading(say("form.login")),
    email(),
    ...newPassword(passwordPolicy.rules),
    consent("acceptedTermsVersion", operator.termsOfService),
    el("p", { class: "hint" }, say("robot")),
  ];
  show(say("form.title"), step(4), text(say("proof.operator", { operator: operator.name })),
    form(parts, say("form.button"), async (input) => {
      const given = { proofToken, ...input, ...(from && { continueWith: from }) };
      const pending = await perform("register", given, PENDING, proving);
      waiting(pending, pending.message);
    }),
    restart());
}

function profile(known) {
  const phone = (number) => ({ optional: true, hint: number ? say("phone.known", { phone: number }) : "" });
  const nature = choice("profile.legalNature", say("nature"), NATURES);
  const civility = choice("profile.civility", say("civility"), ["MADAM", "SIR"]);
  const company = { value: known.organizationName, autocomplete: "organization" };
  const organization = entry("profile.organizationName", say("organization"), company);
  nature.control.value = known.legalNature ?? "";
  civility.control.value = known.civility ?? "";
  const suit = () => {
    const chosen = nature.control.value;
    civility.node.hidden = Boolean(chosen) && !PEOPLE.includes(chosen);
    organization.node.hidden = !chosen || PEOPLE.includes(chosen);
  };
  nature.control.addEventListener("change", suit);
  suit();
  const tel = { type: "tel" };
  return [
    nature,
    civility,
    organization,
    entry("profile.familyName", say("family"), { value: known.familyName, autocomplete: "family-name" }),
    entry("profile.givenName", say("given"), { value: known.givenName, autocomplete: "given-name" }),
    entry("profile.phone", say("phone"), { ...tel, autocomplete: "tel" }, phone(known.maskedPhone)),
    entry("profile.mobile", say("mobile"), { ...tel, autocomplete: "tel" }, phone(known.maskedMobile)),
  ];
}

// No key: an agent decides.
function request(operator) {
  const street = el("textarea", { rows: 2, autocomplete: "street-address" });
  const lines = () => (street.value.trim() ? street.value.split("\n").filter((line) => line.trim()) : null);
  const parts = [
    heading(say("form.you")),
    ...profile({}),
    email("email", say("email"), { autocomplete: "email" }),
    heading(say("form.address")),
    field("address.lines", say("street"), street, { value: lines }),
    entry("address.postcode", say("postcode"), { autocomplete: "postal-code", inputmode: "numeric" }),
    entry("address.city", say("city"), { autocomplete: "address-level2" }),
    entry("contractNumber", say("contract.label"), { autocomplete: "off" }, { optional: true }),
    field("comment", say("comment"), el("textarea", { rows: 3 }), { optional: true }),
    consent("acceptedTermsVersion", operator.termsOfService),
    el("p", { class: "hint" }, say("robot")),
  ];
  show(say("keyless.button"), text(say("proof.operator", { operator: operator.name })),
    form(parts, say("form.button"), async (input) => {
      const payload = "AccountRequestReceived { reference message }";
      const asked = { operator: operator.slug, ...input };
      const { reference, message } = await perform("requestAccount", asked, payload, proving);
      const quoted = text(`${say("reference.label")} `, el("strong", {}, reference));
      show(say("sent.title"), text(message), quoted, text(say("sent.spam")));
    }));
}

// Seed 000, step 6; seed 004, step 4: the link is in the mailbox, and so is a code for whoever types.
function waiting({ email: address, expiresAt, resendAvailableAt }, message = "") {
  const code = entry("code", say("code.label"), { inputmode: "numeric", autocomplete: "one-time-code" });
  const confirm = form([code], say("code.button"), async (input) => {
    const payload = "RegistrationConfirmed { message wayBack { name url } }";
    confirmed(await perform("confirmRegistration", { code: { email: address, ...input } }, payload));
  });
  const correct = form([email("email", say("correct.label"))], say("correct.button"), async (input) => {
    const pending = await perform("correctRegistrationEmail", input, PENDING, proving);
    waiting(pending, pending.message);
  }, "second");
  show(say("sent.title"),
    message ? text(message) : "",
    text(say("waiting.until", { email: address, time: when(expiresAt) })),
    text(say("sent.spam")),
    heading(say("code.title")), confirm,
    heading(say("resend.title")), resend(address, resendAvailableAt),
    heading(say("correct.title")), correct);
  watch(confirm);
}

// « Recevoir un nouvel e-mail de confirmation », for an address that is known or asked for.
export function resend(address = "", possibleAt = null) {
  const from = (moment) => (moment ? say("resend.text", { time: when(moment, true) }) : "");
  const possible = el("p", { class: "hint" }, from(possibleAt));
  return form([...(address ? [] : [email()]), possible], say("resend.button"), async (input) => {
    const payload = "ConfirmationSent { message resendAvailableAt }";
    const sent = await perform("resendConfirmation", { email: address, ...input }, payload, proving);
    possible.textContent = from(sent.resendAvailableAt);
    return sent.message;
  }, "second");
}

// Confirmed in another tab or on another device: this one goes on by itself, as long as its page is shown.
function watch(page) {
  const timer = setInterval(async () => {
    if (!page.isConnected) return clearInterval(timer);
    if (document.hidden) return;
    const { pendingRegistration } = await ask(BEGINNING).catch(() => ({}));
    if (page.isConnected && pendingRegistration?.status === "CONFIRMED") {
      confirmed({ message: say("confirmed.title"), wayBack: pendingRegistration.wayBack });
    }
  }, 1000 * SECONDS_BETWEEN_LOOKS);
}

function confirmed({ message, wayBack: back }) {
  show(message, back ? wayBack(back) : text(link("/", say("way.login"))));
}

// The service that sent the person here waits for them.
export const wayBack = ({ name, url }) => text(link(url, say("way.back", { name })));
