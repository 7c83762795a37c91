// What every page is made of: elements, forms, faults beside their fields. Knows no page and no server.

import { say } from "./words.js";

const at = (id) => document.getElementById(id);
let count = 0;

const SECONDS_SILENT = 0.3;
const SECONDS_TYPING = 1;

export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const text = (...children) => el("p", {}, ...children);
export const heading = (words) => el("h2", {}, words);
export const link = (href, words) => el("a", { href }, words);

// Another page: its title takes the focus, so that every reader knows where they are.
export function show(title, ...children) {
  at("title").textContent = title;
  document.title = `${title} – ${say("site")}`;
  announce("");
  at("content").replaceChildren(...children.flat().filter(Boolean));
  at("title").focus();
  scrollTo(0, 0);
}

export function announce(words) {
  at("status").textContent = words;
}

// `parts` are fields and whatever stands between them. `act` is given the values by path, as the input of a mutation;
// what it returns is announced, what it throws is told in the summary and beside the fields.
export function form(parts, label, act, style = "") {
  const fields = parts.filter((part) => part.check);
  const summary = el("div", { class: "summary", role: "alert", tabindex: "-1", hidden: true });
  const button = el("button", { type: "submit", class: style }, label);
  let busy = false;
  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    tell(summary, fields, null);
    const faults = fields.filter((field) => !field.node.hidden).flatMap((field) => {
      const message = field.check();
      return message ? [{ path: field.name.split("."), message, field }] : [];
    });
    if (faults.length) return tell(summary, fields, { message: say("fault.some"), faults });
    busy = true;
    button.setAttribute("aria-disabled", "true");
    announce("");
    const patience = setTimeout(() => at("status").textContent || announce(say("wait")), 1000 * SECONDS_SILENT);
    let outcome = "";
    try {
      outcome = (await act(values(fields))) ?? "";
    } catch (error) {
      if (!error.problem) throw error;
      tell(summary, fields, error.problem);
    } finally {
      clearTimeout(patience);
      announce(outcome);
      busy = false;
      button.removeAttribute("aria-disabled");
    }
  }
  return el("form", { novalidate: true, submit }, summary, parts.map((part) => part.node ?? part), button);
}

// A button that does something when a human presses it, and can say why it did not.
export const action = (label, act, style = "") => form([], label, act, style);

function values(fields) {
  const input = {};
  for (const { name, node, value } of fields) {
    const path = name.split(".");
    const last = path.pop();
    const below = path.reduce((inner, step) => (inner[step] ??= {}), input);
    if (last) below[last] = node.hidden ? null : value();
  }
  return input;
}

function tell(summary, fields, problem) {
  const told = new Map();
  const lines = [];
  for (const { path, message, field = fields.find(({ name }) => name === path.join(".")) } of problem?.faults ?? []) {
    if (field) told.set(field, [...(told.get(field) ?? []), message]);
    else lines.push(message);
  }
  for (const field of fields) {
    const fault = (told.get(field) ?? []).join(" ; ");
    field.complain(fault);
    if (fault) lines.push(towards(field, field.label ? say("fault", { label: field.label, fault }) : fault));
  }
  summary.hidden = !problem;
  if (!problem) return summary.replaceChildren();
  const wait = problem.retryAfter && text(say("retry", { time: duration(problem.retryAfter) }));
  const list = lines.length ? el("ul", {}, lines.map((line) => el("li", {}, line))) : "";
  summary.replaceChildren(text(problem.message), wait || "", list);
  summary.focus();
}

function towards(field, words) {
  const click = (event) => {
    event.preventDefault();
    field.control.focus();
  };
  return el("a", { href: `#${field.control.id}`, click }, words);
}

function duration(seconds) {
  return seconds < 90 ? say("seconds", { count: seconds }) : say("minutes", { count: Math.ceil(seconds / 60) });
}

// A field: its name is its path below `input` ("" where it is not sent), `check` says what is wrong with it.
export function field(name, label, control, more = {}) {
  const { hint = "", optional = false, value = () => control.value.trim() || null } = more;
  const id = (control.id = `field-${++count}`);
  const fault = el("p", { id: `${id}-fault`, class: "fault", hidden: true });
  const help = el("p", { id: `${id}-hint`, class: "hint", hidden: !hint }, hint);
  control.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
  if (!optional) control.setAttribute("aria-required", "true");
  const title = el("label", { for: id }, optional ? say("optional", { label }) : label);
  return {
    name, label, control, value,
    node: el("div", { class: "field" }, title, help, fault, control),
    check: () => (optional || value() ? "" : say("fault.required")),
    complain(message) {
      fault.textContent = message;
      fault.hidden = !message;
      if (message) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    },
  };
}

export function entry(name, label, attributes = {}, more = {}) {
  return field(name, label, el("input", { type: "text", ...attributes }), more);
}

export function email(name = "email", label = say("email"), attributes = {}) {
  const how = { type: "email", autocomplete: "username", autocapitalize: "off", spellcheck: "false", ...attributes };
  return entry(name, label, how, { hint: say("email.hint") });
}

// A password: never trimmed, and shown to whoever wants to see what they type.
export function password(name, label, autocomplete) {
  const made = secret(name, label, autocomplete);
  made.node.append(reveal(made));
  return made;
}

function secret(name, label, autocomplete) {
  const control = el("input", { type: "password", autocomplete, autocapitalize: "off", spellcheck: "false" });
  return field(name, label, control, { value: () => control.value || null });
}

function reveal(...secrets) {
  const click = () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    for (const { control } of secrets) control.type = shown ? "text" : "password";
  };
  const button = el("button", { type: "button", class: "quiet", "aria-pressed": "false", click }, say("password.show"));
  return button;
}

export function choice(name, label, options, more = {}) {
  const none = el("option", { value: "" }, say("choose"));
  const all = options.map((value) => el("option", { value }, say(value)));
  return field(name, label, el("select", {}, none, all), more);
}

// « J’accepte les conditions générales »: worth the version that was accepted.
export function consent(name, { version, url }) {
  const control = el("input", { type: "checkbox" });
  const made = field(name, "", control, { value: () => (control.checked ? version : null) });
  const reading = el("a", { href: url, target: "_blank", rel: "noopener" }, say("terms.link"));
  made.node.classList.add("consent");
  made.node.firstChild.remove();
  made.node.append(el("label", { for: control.id }, `${say("terms")} `, reading));
  made.check = () => (control.checked ? "" : say("terms.must"));
  return made;
}

// A new password and its confirmation. The rules that carry a pattern are ticked as one types.
export function newPassword(rules, label = say("password")) {
  const chosen = secret("password", label, "new-password");
  const again = secret("", say("password.again"), "new-password");
  const marks = rules.map(({ description }) => el("li", {}, description, el("span", { class: "mark" })));
  const state = el("p", { role: "status", class: "unseen" });
  const list = el("div", { id: `${chosen.control.id}-rules` }, text(say("password.rules")));
  list.append(el("ul", { class: "rules" }, marks));
  chosen.control.setAttribute("aria-describedby", `${chosen.control.getAttribute("aria-describedby")} ${list.id}`);
  chosen.node.append(reveal(chosen, again), list, state);
  const broken = () => rules.filter(({ pattern }) => pattern && !fits(pattern, chosen.control.value));
  const missing = () => say("password.missing", { rules: broken().map(({ description }) => description).join(", ") });
  let pause = 0;
  function tick() {
    for (const [index, rule] of rules.entries()) {
      const word = !rule.pattern ? "later" : broken().includes(rule) ? "broken" : "kept";
      marks[index].className = word;
      marks[index].lastChild.textContent = ` (${say(`password.${word}`)})`;
    }
    clearTimeout(pause);
    // Told once the person stops typing, not at every letter.
    const told = () => (state.textContent = broken().length ? missing() : say("password.good"));
    pause = setTimeout(told, 1000 * SECONDS_TYPING);
  }
  chosen.control.addEventListener("input", tick);
  const required = chosen.check;
  chosen.check = () => required() || (broken().length ? missing() : "");
  again.check = () => (again.control.value === chosen.control.value ? "" : say("password.differs"));
  return [chosen, again];
}

const fits = (pattern, value) => new RegExp(pattern, "u").test(value.normalize("NFKC"));
