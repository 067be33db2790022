import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Handler } from '../../src/index.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/**
 * Sends requests to a handler, and checks each response below `/api` against the handler's own OpenAPI
 * description.
 */
export class Described {
  readonly #handler: Handler;
  #description: Promise<Description> | undefined;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  async get(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await this.#handler(new Request(`http://localhost${path}`, init));
    const text = await response.text();
    const answer = {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    this.#description ??= this.#describe();
    const faults = (await this.#description).faults(init.method ?? 'GET', path, answer);
    if (faults !== null) throw new Error(`${path} answers ${text}, but ${faults}`);
    return answer;
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.get(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  async #describe(): Promise<Description> {
    const response = await this.#handler(new Request('http://localhost/api/openapi.json'));
    return new Description(JSON.parse(await response.text()));
  }
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: { readonly enum?: readonly string[] };
  }[];
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
}

export class Description {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #document: OpenApi;

  constructor(document: OpenApi) {
    this.#document = document;
    this.#ajv.addSchema(document, 'openapi.json');
  }

  /**
   * Describes what is wrong with a response, or returns `null`. An undescribed path must return 404; nothing
   * else is checked there.
   */
  faults(method: string, path: string, { status, body }: Pick<Answer, 'status' | 'body'>): string | null {
    const url = new URL(path, 'http://localhost');
    const template = Object.keys(this.#document.paths).find((each) =>
      new RegExp(`^${each.replace('{timeseries}', '[^/]+')}$`).test(url.pathname),
    );
    if (template === undefined) return status === 404 ? null : `${url.pathname} is not described`;
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = this.#document.paths[template]?.[verb];
    if (operation === undefined) return status === 405 ? null : `${method} is not described`;
    const known = operation.parameters.filter((each) => each.in === 'query').map(({ name }) => name);
    const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name));
    if (unknown !== undefined && status !== 400) return `${unknown} is not described`;
    const response = operation.responses[status];
    if (response === undefined) return `${status} is not described`;
    if (body === undefined) return null;
    const place = response.$ref ?? `#/paths/${escaped(template)}/${verb}/responses/${status}`;
    const validate = this.#ajv.compile({ $ref: `openapi.json${place}/content/application~1json/schema` });
    return validate(body) ? null : this.#ajv.errorsText(validate.errors);
  }
}

function escaped(segment: string): string {
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
}
