// SPDX-License-Identifier: MIT
//
// Writes what the tests are compiled with into tests/generated: the schemas of docs/openapi.json as types, and the
// samples of README.md as modules.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The type of a schema. Only what a client sees of a value: no bounds, no patterns. */
function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.allOf) return schema.allOf.map((part) => `(${typeOf(part)})`).join(" & ");
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return either.map((part) => `(${typeOf(part)})`).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  return [schema.type].flat().map((type) => simpleTypeOf(type, schema)).join(" | ");
}

function simpleTypeOf(type, schema) {
  switch (type) {
    case "integer":
      return "number";
    case "array":
      return `(${typeOf(schema.items)})[]`;
    case "object":
      return objectTypeOf(schema);
    case "string":
    case "number":
    case "boolean":
    case "null":
      return type;
    default:
      // A schema without a type is any value.
      return "unknown";
  }
}

function objectTypeOf({ properties, required = [], additionalProperties }) {
  if (!properties) return `Record<string, ${additionalProperties ? typeOf(additionalProperties) : "unknown"}>`;
  const members = Object.entries(properties).map(([name, schema]) => {
    return `  ${JSON.stringify(name)}${required.includes(name) ? "" : "?"}: ${typeOf(schema)};`;
  });
  return `{\n${members.join("\n")}\n}`;
}

mkdirSync(at("generated"), { recursive: true });

const { components } = JSON.parse(readFileSync(at("../../../docs/openapi.json"), "utf8"));
const types = Object.entries(components.schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`);
// Answers are open: the words that there are now are examples.
for (const name of ["ChallengeStatus", "Channel", "DeliveryStatus", "EventType"]) {
  const words = components.schemas[name].examples.map((word) => JSON.stringify(word));
  types.push(`export type Known${name} = ${words.join(" | ")};\n`);
}
writeFileSync(at("generated/schemas.ts"), types.join("\n"));

// A sample is a block of TypeScript whose first line is its name.
const readme = readFileSync(at("../README.md"), "utf8");
for (const [, name, sample] of readme.matchAll(/^```ts\n\/\/ (\S+\.ts)\n(.*?)^```$/gms)) {
  writeFileSync(at(`generated/${name}`), sample);
}
