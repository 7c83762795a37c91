// The explorer: shows the prepared operations, sends what is written, shows the answer. Keeps nothing.

const at = (id) => document.getElementById(id);
const [operation, variables, fault, status, response] =
  ["operation", "variables", "fault", "status", "response"].map(at);

// What later steps need of earlier answers: the name there, and the name in "<…>" here.
const CARRIED = { proofToken: "proofToken", version: "termsVersion", reference: "reference" };
const remembered = {};
let current = null;

const pretty = (value) => JSON.stringify(value, null, 2);

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function show(example, button) {
  keep();
  current = example;
  at("note").textContent = example.note;
  operation.value = example.operation;
  variables.value = example.filled = fill(example.variables);
  for (const other of at("examples").querySelectorAll("button")) other.removeAttribute("aria-current");
  button.setAttribute("aria-current", "true");
}

// What was changed in a step stays changed; what was not is filled in anew next time.
function keep() {
  if (!current) return;
  current.operation = operation.value;
  if (variables.value !== current.filled) current.variables = variables.value;
}

// "<proofToken>" in the variables stands for what another step returned.
function fill(text) {
  return text.replace(/"<(\w+)>"/g, (all, name) => (name in remembered ? JSON.stringify(remembered[name]) : all));
}

function remember(value) {
  if (value === null || typeof value !== "object") return;
  for (const [name, inner] of Object.entries(value)) {
    if (name in CARRIED && typeof inner === "string") remembered[CARRIED[name]] = inner;
    remember(inner);
  }
}

function list(groups) {
  for (const group of groups) {
    const steps = document.createElement("ol");
    for (const step of group.steps) {
      const example = {
        note: step.note,
        operation: step.operation.join("\n"),
        variables: step.variables ? pretty(step.variables) : "",
      };
      const button = element("button", step.title);
      button.type = "button";
      button.addEventListener("click", () => show(example, button));
      const item = document.createElement("li");
      item.append(button);
      steps.append(item);
    }
    at("examples").append(element("h2", group.title), steps);
  }
}

async function run() {
  fault.textContent = "";
  variables.removeAttribute("aria-invalid");
  let values = null;
  try {
    if (variables.value.trim()) values = JSON.parse(variables.value);
  } catch (error) {
    fault.textContent = `The variables are not JSON: ${error.message}`;
    variables.setAttribute("aria-invalid", "true");
    variables.focus();
    return;
  }
  status.textContent = "Sent, waiting…";
  const begun = performance.now();
  try {
    const answer = await fetch("/graphql", {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "content-type": "application/json",
        "accept": "application/graphql-response+json, application/json",
        "accept-language": at("language").value,
      },
      body: JSON.stringify({ query: operation.value, variables: values }),
    });
    const content = await answer.json();
    remember(content.data);
    response.textContent = pretty(content);
    status.textContent = `HTTP ${answer.status} after ${Math.round(performance.now() - begun)} ms`;
  } catch (error) {
    status.textContent = `No answer: ${error.message}`;
  }
}

at("request").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});

const examples = await (await fetch("/graphiql/examples.json")).json();
list(examples);
const asked = new URLSearchParams(location.search);
at("examples").querySelector("button").click();
if (asked.has("query")) {
  operation.value = asked.get("query");
  variables.value = asked.get("variables") ?? "";
}
