// Answers of a server, held against the description that it gives of itself.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { default: Ajv } = require("ajv/dist/2020");
const { load } = require("js-yaml");

const kMethods = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];
// Headers that tell a client something about this answer; the others are HTTP's own.
const kTelling = ["etag", "location", "retry-after", "content-disposition"];

const escaped = (name) => name.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("%", "%25").replaceAll("{", "%7B").replaceAll("}", "%7D");

export class Description {
  /** @param {string} text of /openapi.yaml */
  constructor(text) {
    this.document = load(text);
    this.ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictRequired: false, strictTypes: false, validateSchema: false });
    this.ajv.addVocabulary(Object.keys(this.document));  // of which no part but its schemas is one
    this.ajv.addSchema(this.document, "openapi");
    this.operations = Object.entries(this.document.paths).flatMap(([path, item]) =>
      kMethods.filter((method) => item[method]).map((method) => ({
        ...item[method], path, method: method.toUpperCase(), at: `/paths/${escaped(path)}/${method}`,
        parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((one) => this.resolved(one)),
      })));
    this.met = new Set();
  }

  at(pointer) {
    return pointer.slice(1).split("/").reduce((value, key) => value[decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~")], this.document);
  }

  resolved(value) {
    return value.$ref ? this.at(value.$ref.slice(1)) : value;
  }

  operation(id) {
    return this.operations.find(({ operationId }) => operationId === id) ?? assert.fail(`no operation ${id}`);
  }

  /** With examples in the place of its parameters. */
  targetOf({ path, parameters }) {
    return path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parameters.find((one) => one.name === name).example ?? name));
  }

  faults(pointer, value) {
    const validate = this.ajv.getSchema(`openapi#${pointer}`);
    assert.ok(validate, `${pointer} is nowhere`);
    return validate(value) ? [] : validate.errors.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  }

  /** What is wrong with a JSON body of a request; nothing where it is as described. */
  bodyFaults(operation, body) {
    return this.faults(`${operation.at}/requestBody/content/application~1json/schema`, body);
  }

  /** Throws where an answer is not described. A HEAD is a GET's. */
  check(operation, { status, headers, body }, what, isHead = false) {
    const { responses, operationId } = operation;
    const explicit = Object.hasOwn(responses, status);
    const place = `${operation.at}/responses/${explicit ? status : "default"}`;
    const response = this.resolved(responses[explicit ? status : "default"]);
    assert.ok(explicit || response["x-statuses"].includes(status), `${what}: ${status} is not described: ${body}`);
    this.met.add(`${operationId} ${explicit ? status : "default"}`);
    for (const name of kTelling)
      if (headers[name] !== undefined)
        assert.ok(Object.keys(response.headers ?? {}).some((one) => one.toLowerCase() === name) || (status === 304 && name === "etag"),
          `${what}: ${status} has ${name}, which is not described`);
    for (const [name, header] of Object.entries(response.headers ?? {}))
      if (!this.resolved(header).description?.startsWith("Of ")) assert.ok(headers[name.toLowerCase()], `${what}: ${status} lacks ${name}`);
    if (!response.content) return assert.equal(body, "", `${what}: ${status} has a body`);
    const type = headers["content-type"];
    assert.ok(Object.hasOwn(response.content, type), `${what}: ${status} has content of ${type}, which is not described`);
    if (isHead) return assert.equal(body, "");
    const at = responses[explicit ? status : "default"].$ref?.slice(1) ?? place;
    const value = /json/.test(type) ? JSON.parse(body) : body;
    assert.deepEqual(this.faults(`${at}/content/${escaped(type)}/schema`, value), [], `${what}: ${status} ${body.slice(0, 500)}`);
    return undefined;
  }
}
