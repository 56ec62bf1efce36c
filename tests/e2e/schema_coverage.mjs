// What of a schema was met in answers. A schema that describes more than there is would be believed all the same.
import { fits, schemaAt } from "./answer_schemas.mjs";

const asAddress = (file, pointer) => `${file}#${pointer}`;

/** Follows `$ref`, also one that stands alone in an `allOf`. @returns [address, schema] */
function resolved(address, schema) {
  if (schema.allOf) return resolved(`${address}/allOf/0`, schema.allOf[0]);
  if (!schema.$ref) return [address, schema];
  const target = address.split("#")[0] + schema.$ref;
  return resolved(target, schemaAt(target));
}

const branchesOf = (schema) => schema.anyOf ?? schema.oneOf ?? null;
const keywordOf = (schema) => (schema.anyOf ? "anyOf" : "oneOf");

/** May it be null? */
function isNullable(address, schema) {
  const [at, plain] = resolved(address, schema);
  if (branchesOf(plain)) return branchesOf(plain).some((one) => isNullable(at, one));
  return [plain.type].flat().includes("null") || (plain.enum ?? []).includes(null);
}

const isBoolean = (schema) => schema.type === "boolean";

export class Coverage {
  #met = new Set();

  /** A value that fits the schema at `address`. */
  note(address, value) {
    this.#walk(address, schemaAt(address), value);
  }

  #walk(site, unresolved, value) {
    const [address, schema] = resolved(site, unresolved);
    this.#met.add(address);
    const branches = branchesOf(schema);
    if (branches) {
      const i = branches.findIndex((_, k) => fits(`${address}/${keywordOf(schema)}/${k}`, value));
      this.#walk(`${address}/${keywordOf(schema)}/${i}`, branches[i], value);
    } else if (schema.enum) {
      this.#met.add(`${address} ${JSON.stringify(value)}`);
    } else if (Array.isArray(value)) {
      for (const item of value) if (!Array.isArray(schema.items)) this.#walk(`${address}/items`, schema.items, item);
    } else if (value !== null && typeof value === "object") {
      this.#object(address, schema, value);
    }
  }

  #object(address, schema, value) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const site = `${address}/properties/${name}`;
      if (!Object.hasOwn(value, name)) {
        this.#met.add(`${site} left out`);
        continue;
      }
      this.#met.add(`${site} there`);
      this.#met.add(`${site} ${value[name] === null ? "null" : "not null"}`);
      if (typeof value[name] === "boolean") this.#met.add(`${site} ${value[name]}`);
      this.#walk(site, property, value[name]);
    }
    if (typeof schema.additionalProperties !== "object") return;
    for (const member of Object.values(value)) this.#walk(`${address}/additionalProperties`, schema.additionalProperties, member);
  }

  /** What the schema file describes and no answer had: addresses, and what of them. */
  missing(file) {
    const root = schemaAt(`${file}#`);
    const wanted = [resolved(asAddress(file, ""), root)[0]];
    const object = (address, schema) => {
      for (const [name, property] of Object.entries(schema.properties ?? {})) {
        const site = `${address}/properties/${name}`;
        wanted.push(`${site} there`);
        if (!(schema.required ?? []).includes(name)) wanted.push(`${site} left out`);
        if (isNullable(site, property)) wanted.push(`${site} null`, `${site} not null`);
        if (isBoolean(property)) wanted.push(`${site} true`, `${site} false`);
        inner(site, property);
      }
    };
    const inner = (address, schema) => {
      if (schema.$ref) return;
      for (const value of schema.enum ?? []) wanted.push(`${address} ${JSON.stringify(value)}`);
      if (schema.items && !Array.isArray(schema.items)) {
        const [element] = resolved(`${address}/items`, schema.items);
        wanted.push(element);
        inner(`${address}/items`, schema.items);
      }
      object(address, schema);
    };
    inner(asAddress(file, ""), root);
    for (const [name, schema] of Object.entries(root.definitions ?? {})) {
      const address = asAddress(file, `/definitions/${name}`);
      wanted.push(address);
      inner(address, schema);
    }
    return [...new Set(wanted)].filter((one) => !this.#met.has(one));
  }
}
