// Writes src/schema.ts from schema.graphql, and beside each src/documents/*.graphql the same documents, typed.
// `npm run types` writes them; a test compares. A document that does not fit the schema ends the run.

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  buildSchema, getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType, isUnionType, parse, print,
  specifiedRules, stripIgnoredCharacters, validate, NoUnusedFragmentsRule,
} from "graphql";

const WEB = join(dirname(fileURLToPath(import.meta.url)), "..");
const DOCUMENTS = join(WEB, "src/documents");
const SCALARS = { ID: "string", String: "string", DateTime: "string", Int: "number", Float: "number", Boolean: "boolean" };
const PROBLEM = "... on Problem { ...Problem }";

/** What there is to write: paths, each with its text. */
export function generated() {
  const schema = buildSchema(readFileSync(join(WEB, "../schema.graphql"), "utf8"));
  const files = readdirSync(DOCUMENTS).filter((name) => name.endsWith(".graphql")).sort();
  const sources = new Map(files.map((name) => [basename(name, ".graphql"), parse(completed(name))]));
  const all = [...sources.values()].flatMap((source) => source.definitions);
  const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);
  const errors = validate(schema, { kind: "Document", definitions: all }, rules);
  if (errors.length) throw new Error(errors.map((error) => `${error}`).join("\n"));
  const fragments = new Map();
  for (const [file, { definitions }] of sources) {
    for (const one of definitions) if (one.kind === "FragmentDefinition") fragments.set(one.name.value, { file, one });
  }
  const written = new Map([[join(WEB, "src/schema.ts"), schemaModule(schema)]]);
  for (const [file, { definitions }] of sources) {
    written.set(join(DOCUMENTS, `${file}.ts`), documentModule(schema, file, definitions, fragments));
  }
  return written;
}

// Every mutation may be refused: what a refusal says is added, so that no document needs to repeat it.
function completed(name) {
  const text = readFileSync(join(DOCUMENTS, name), "utf8");
  return text.replace(/^mutation[^{]*\{\s*\w+[^{]*\{/gm, (opening) => `${opening} ${PROBLEM}`);
}

function schemaModule(schema) {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
  const blocks = types.flatMap((type) => {
    if (isEnumType(type)) {
      return `export type ${type.name} = ${type.getValues().map(({ name }) => `"${name}"`).join(" | ")};\n`;
    }
    if (!isInputObjectType(type)) return [];
    const fields = Object.values(type.getFields());
    const lines = fields.map((field) => {
      const may = isNonNullType(field.type) && field.defaultValue === undefined ? "" : "?";
      return `  ${field.name}${may}: ${typed(field.type, named)};\n`;
    });
    return `export interface ${type.name} {\n${lines.join("")}}\n`;
  });
  return `// Written from schema.graphql by \`npm run types\`.\n\n${blocks.join("\n")}`;
}

const named = ({ name }) => SCALARS[name] ?? name;

function typed(type, inner) {
  if (isNonNullType(type)) return bare(type.ofType, inner);
  return `${bare(type, inner)} | null`;
}

function bare(type, inner) {
  if (!isListType(type)) return inner(getNamedType(type));
  const item = typed(type.ofType, inner);
  return /[|&]/.test(item) && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
}

function documentModule(schema, file, definitions, fragments) {
  const uses = new Set();
  const imported = new Set();
  const blocks = definitions.map((one) => {
    const about = { schema, fragments, imported, used: new Set(), file };
    if (one.kind === "FragmentDefinition") {
      const shape = selected(about, schema.getType(one.typeCondition.name.value), one.selectionSet);
      return `export type ${one.name.value} = ${shape};\n`;
    }
    return operation(about, one, uses);
  });
  const body = blocks.join("\n");
  const server = uses.size ? [`import type { ${[...uses].sort().join(", ")} } from "../server";\n`] : [];
  const elsewhere = [...imported].map((name) => {
    return `import type { ${name} } from "./${fragments.get(name).file}";\n`;
  });
  const schemaTypes = Object.keys(schema.getTypeMap()).filter((name) => {
    const type = schema.getType(name);
    return (isEnumType(type) || isInputObjectType(type)) && new RegExp(`\\b${name}\\b`).test(body.replace(/text: .*/g, ""));
  });
  const enums = schemaTypes.length ? [`import type { ${schemaTypes.join(", ")} } from "../schema";\n`] : [];
  const head = [...enums, ...server, ...elsewhere].join("");
  return `// Written from ${file}.graphql by \`npm run types\`.\n\n${head}${head && "\n"}${body}`;
}

function operation(about, one, uses) {
  const { schema } = about;
  const name = one.name.value;
  const mutates = one.operation === "mutation";
  const root = mutates ? schema.getMutationType() : schema.getQueryType();
  const kind = mutates ? "Mutation" : "Query";
  uses.add(kind);
  const variables = one.variableDefinitions.map((variable) => {
    const may = variable.type.kind === "NonNullType" ? "" : "?";
    return `${variable.variable.name.value}${may}: ${variableType(variable.type)}`;
  });
  const text = JSON.stringify(stripIgnoredCharacters(withFragments(one, about.fragments)));
  if (!mutates) {
    const given = variables.length ? `{ ${variables.join("; ")} }` : "Record<string, never>";
    const shape = selected(about, root, one.selectionSet);
    return `export type ${name} = ${shape};\n` +
      `export const ${name}: Query<${name}, ${given}> = {\n  text: ${text},\n};\n`;
  }
  const [field] = one.selectionSet.selections;
  const input = one.variableDefinitions.length ? variableType(one.variableDefinitions[0].type) : "null";
  const shape = selected(about, getNamedType(root.getFields()[field.name.value].type), field.selectionSet);
  return `export type ${name} = ${shape};\n` +
    `export const ${name}: Mutation<${name}, ${input}> = {\n  name: "${field.name.value}",\n  text: ${text},\n};\n`;
}

function variableType(node) {
  if (node.kind === "NonNullType") return variableType(node.type).replace(/ \| null$/, "");
  if (node.kind === "ListType") return `(${variableType(node.type)})[] | null`;
  return `${SCALARS[node.name.value] ?? node.name.value} | null`;
}

// The type of a selection: of a mutation's union, of the payload alone.
function selected(about, type, { selections }, depth = 1) {
  const parts = [];
  const fields = [];
  const pad = "  ".repeat(depth);
  for (const one of selections) {
    if (one.kind === "FragmentSpread") {
      const name = one.name.value;
      if (about.fragments.get(name).file !== about.file) about.imported.add(name);
      parts.push(name);
    } else if (one.kind === "InlineFragment") {
      const on = one.typeCondition.name.value;
      if (on !== "Problem") parts.push(selected(about, about.schema.getType(on), one.selectionSet, depth));
    } else {
      const field = type.getFields()[one.name.value];
      const shape = (inner) =>
        one.selectionSet ? selected(about, inner, one.selectionSet, depth + 1) : named(inner);
      fields.push(`${pad}${(one.alias ?? one.name).value}: ${typed(field.type, shape)};\n`);
    }
  }
  if (fields.length) parts.push(`{\n${fields.join("")}${"  ".repeat(depth - 1)}}`);
  return parts.join(isUnionType(type) ? " | " : " & ");
}

function withFragments(one, fragments) {
  const found = new Map();
  const look = (text) => {
    for (const [, name] of text.matchAll(/\.\.\.\s*(?!on\b)(\w+)/g)) {
      if (found.has(name)) continue;
      found.set(name, print(fragments.get(name).one));
      look(found.get(name));
    }
    return text;
  };
  return [look(print(one)), ...found.values()].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of generated()) {
    // What is the same keeps its date: nothing is built again because of it.
    if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
  }
}
