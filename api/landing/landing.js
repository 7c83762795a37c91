// Where mailed links lead until the portal stands. Opening a page changes nothing: a human presses a button.

import { action, announce, consent, el, email, form, heading, link } from "./page.js";
import { newPassword, password, show, text } from "./page.js";
import { register, resend, contractLine, wayBack } from "./register.js";
import { ask, perform } from "./server.js";
import { has, language, say, when } from "./words.js";

const LINK = `query($token: String!) {
  link(token: $token) {
    purpose status maskedEmail expiresAt
    operator { name termsOfService { version url } }
  }
  me { email }
  passwordPolicy { rules { code description pattern } }
}`;
const ME = `{
  me { email givenName familyName contracts { contractNumber operator { name } address { lines postcode city } } }
}`;
const TERMS = "query($slug: String!) { operator(slug: $slug) { name termsOfService { version url } supportEmail } }";

const DISOWN = ["disownRegistration", "RegistrationDisowned { message }"];
const REQUESTED = "AccountRequestConfirmed { message }";

// What a link is for: the purposes it may have, the form of its page, and the ways on where it is of no use.
const ERRANDS = {
  "/confirm": {
    purposes: ["CONFIRM_REGISTRATION"],
    form: (token) => [
      once("confirm", token, "confirmRegistration", "RegistrationConfirmed { message wayBack { name url } }"),
      heading(say("disown.other")),
      action(say("disown.me"), () => settle(token, ...DISOWN, []), "second"),
    ],
    ways: { EXPIRED: ["register"], USED: ["login", "resend"], UNKNOWN: ["resend", "register"] },
  },
  "/disown": {
    purposes: ["CONFIRM_REGISTRATION", "LINK_CONTRACT"],
    form: (token) => once("disown", token, ...DISOWN, []),
    ways: {},
  },
  "/confirm-request": {
    purposes: ["CONFIRM_REQUEST"],
    form: (token) => once("confirm-request", token, "confirmAccountRequest", REQUESTED, []),
    ways: { EXPIRED: ["register"], UNKNOWN: ["register"] },
  },
  "/confirm-email": {
    purposes: ["CHANGE_EMAIL"],
    form: (token) => once("confirm-email", token, "confirmEmailChange", "EmailChanged { message }"),
    ways: { EXPIRED: ["login"], USED: ["login"], UNKNOWN: ["login"] },
  },
  "/undo-email": {
    purposes: ["UNDO_EMAIL_CHANGE"],
    form: (token) => once("undo-email", token, "undoEmailChange", "EmailChangeUndone { message }", []),
    ways: { EXPIRED: ["forgot"], USED: ["forgot"], UNKNOWN: ["forgot"] },
  },
  "/reset": {
    purposes: ["RESET_PASSWORD"],
    form: (token, { passwordPolicy }) =>
      form(newPassword(passwordPolicy.rules, say("password.new")), say("reset.button"), ({ password }) =>
        settle(token, "resetPassword", "PasswordReset { message }", ["login"], { password })),
    ways: { EXPIRED: ["forgot"], USED: ["forgot"], UNKNOWN: ["forgot"] },
  },
  "/activate": {
    purposes: ["ACTIVATE_ACCOUNT"],
    form: activate,
    ways: { USED: ["login", "forgot"] },
  },
  "/link-contract": {
    purposes: ["LINK_CONTRACT"],
    form: linkContract,
    ways: { EXPIRED: ["login", "attach"], USED: ["login"], UNKNOWN: ["login"] },
  },
};

const WAYS = {
  register: () => text(link("/register", say("way.register"))),
  attach: () => text(link("/register", say("way.attach"))),
  login: () => text(link("/", say("way.login"))),
  forgot: () => text(link("/forgot", say("way.forgot"))),
  resend: () => action(say("way.resend"), () => show(say("way.resend"), resend()), "second"),
};
const onward = (ways = []) => ways.map((way) => WAYS[way]());

function once(name, token, mutation, payload, ways = ["login"]) {
  return action(say(`${name}.button`), () => settle(token, mutation, payload, ways));
}

// Use the link, and show what came of it.
async function settle(token, mutation, payload, ways, more = {}) {
  const { message, wayBack: back } = await perform(mutation, { token, ...more }, payload);
  show(message, back ? wayBack(back) : onward(ways));
}

async function follow(path, token) {
  const name = path.slice(1);
  const errand = ERRANDS[path];
  if (!token) return show(say(`${name}.title`), text(say("link.missing")), onward(errand.ways.UNKNOWN));
  const seen = await ask(LINK, { token });
  const { purpose, status: worth, maskedEmail, expiresAt, operator } = seen.link;
  const status = worth === "UNKNOWN" || errand.purposes.includes(purpose) ? worth : "UNKNOWN";
  if (status !== "VALID") {
    const words = has(`${name}.${status}`) ? `${name}.${status}` : `link.${status}`;
    return show(say("link.broken"), text(say(words)), onward(errand.ways[status]));
  }
  const facts = [
    say("link.sent", { email: maskedEmail }),
    ...(operator ? [say("link.by", { operator: operator.name })] : []),
    say("link.until", { time: when(expiresAt) }),
  ];
  const sent = el("p", { class: "hint" }, facts.join(" "));
  show(say(`${name}.title`), text(say(`${name}.text`)), sent, errand.form(token, seen));
}

function activate(token, { link: seen, passwordPolicy }) {
  if (!seen.operator) return text(say("activate.termless"));
  const fields = [...newPassword(passwordPolicy.rules), consent("acceptedTermsVersion", seen.operator.termsOfService)];
  return form(fields, say("activate.button"), (input) =>
    settle(token, "activateAccount", "RegistrationConfirmed { message }", ["login"], input));
}

function linkContract(token, { link: seen, me }) {
  const again = () => follow("/link-contract", token);
  if (!me) return [login(again), text(link("/forgot", say("way.forgot")))];
  const signed = text(say("home.signed", { email: me.email }));
  // The server would refuse another account's link and use it up: who is signed in is compared beforehand.
  if (mask(me.email) !== seen.maskedEmail.toLowerCase()) {
    return [signed, text(say("link-contract.other", { email: seen.maskedEmail })), logout(again)];
  }
  return [signed, action(say("link-contract.button"), async () => {
    const { message } = await perform("linkContract", { proofToken: token }, "ContractLinked { message }");
    show(message, onward(["login"]));
  })];
}

const mask = (address) => address.toLowerCase().replace(/^(.).*@(?=[^@]*$)/u, "$1•••@");

function login(then) {
  const stay = el("input", { type: "checkbox", id: "stay" });
  const fields = [
    email(),
    password("password", say("password"), "current-password"),
    el("p", { class: "consent" }, stay, el("label", { for: "stay" }, say("stay"))),
  ];
  return form(fields, say("login"), async (input) => {
    await perform("login", { ...input, stayLoggedIn: stay.checked }, "LoginSuccess { account { email } }");
    await then();
  });
}

function logout(then) {
  return action(say("home.logout"), async () => {
    const { message } = await perform("logout", null, "LoggedOut { message }");
    await then();
    return message;
  }, "second");
}

async function home() {
  const { me } = await ask(ME);
  if (!me) {
    return show(say("home.title"), text(say("home.text")), heading(say("home.login")), login(home),
      onward(["forgot"]), heading(say("home.new")), onward(["register"]));
  }
  const contracts = me.contracts.map((contract) => el("li", {}, contractLine(contract)));
  show(`${me.givenName} ${me.familyName}`, text(say("home.signed", { email: me.email })),
    contracts.length ? [heading(say("home.contracts")), el("ul", {}, contracts)] : "",
    onward(["attach"]), logout(home));
}

function forgot() {
  show(say("forgot.title"), text(say("forgot.text")), form([email()], say("forgot.button"), async (input) => {
    const proving = () => announce(say("proving"));
    const { message } = await perform("requestPasswordReset", input, "PasswordResetRequested { message }", proving);
    show(say("sent.title"), text(message), text(say("sent.spam")), text(link("/", say("again.home"))));
  }));
}

async function terms(slug) {
  const { operator } = await ask(TERMS, { slug });
  if (!operator) return show(say("terms.title"), text(say("terms.unknown")));
  const { version, url } = operator.termsOfService;
  const elsewhere = new URL(url, location.href).pathname !== location.pathname;
  show(say("terms.title"), text(say("terms.version", { operator: operator.name, version })),
    elsewhere ? text(link(url, url)) : text(say("terms.text")),
    operator.supportEmail ? text(link(`mailto:${operator.supportEmail}`, operator.supportEmail)) : "");
}

const PAGES = { "/": home, "/register": register, "/forgot": forgot };

// What follows « # » is read once and leaves the address bar, the history and what a neighbour could copy. The request
// of the service that sent somebody here stays, so that the page may be loaded again.
function start() {
  const carried = new URLSearchParams(location.hash.slice(1));
  const from = new URLSearchParams(location.search).get("continue") ?? "";
  history.replaceState(null, "", location.pathname + (from && `?${new URLSearchParams({ continue: from })}`));
  if (from) carried.set("continue", from);
  return visit(location.pathname, carried);
}

async function visit(path, carried) {
  try {
    if (path in ERRANDS) await follow(path, carried.get("token"));
    else if (path in PAGES) await PAGES[path](carried);
    else await terms(path.split("/").pop());
  } catch (error) {
    if (!error.problem) throw error;
    show(say("site"), text(error.message), action(say("again"), () => visit(path, carried)));
  }
}

document.documentElement.lang = language;
document.getElementById("home").textContent = say("site");
if (!globalThis.crypto?.subtle) document.getElementById("footer").append(text(say("insecure")));
if ("demo" in document.body.dataset) {
  document.getElementById("footer").append(text(`${say("demo")} `, link("/demo/mailbox", say("demo.mailbox")), "."));
}
addEventListener("hashchange", () => location.hash && start());
start();
