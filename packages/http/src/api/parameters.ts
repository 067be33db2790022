import { parseTimestamp, type TransformName } from '@kairos/core';
import { RequestError } from './request-error.js';

const FLAGS: Readonly<Record<string, boolean>> = {
  '': true,
  true: true,
  1: true,
  false: false,
  0: false,
};

/** The query of a request. The path must know each parameter, and only some may be repeated. */
export class Parameters {
  readonly #search: URLSearchParams;

  /** Refuses unknown parameters by name, and repeated ones that are not among `repeatable`. */
  constructor(search: URLSearchParams, known: readonly string[], repeatable: readonly string[] = []) {
    for (const name of new Set(search.keys())) {
      if (!known.includes(name)) {
        const expected = known.length === 0 ? 'none' : known.join(', ');
        throw bad(`Parameter "${name}" is unknown; expected ${expected}`);
      }
      if (!repeatable.includes(name) && search.getAll(name).length > 1) {
        throw bad(`Parameter "${name}" is given ${search.getAll(name).length} times; expected it once`);
      }
    }
    this.#search = search;
  }

  /** For a path that takes no parameters. */
  static refuseAll(search: URLSearchParams): void {
    new Parameters(search, []);
  }

  /** A required parameter. */
  required(name: string): string {
    return this.optional(name) ?? missing(name);
  }

  optional(name: string): string | undefined {
    return this.#search.get(name) ?? undefined;
  }

  /** All values of a parameter that is required at least once. */
  several(name: string): readonly string[] {
    const values = this.#search.getAll(name);
    return values.length === 0 ? missing(name) : values;
  }

  /** `true` or `1`, `false` or `0`; the bare name is `true`. */
  flag(name: string): boolean {
    const text = this.optional(name);
    if (text === undefined) return false;
    const flag = Object.hasOwn(FLAGS, text) ? FLAGS[text] : undefined;
    return flag ?? refuse(name, text, 'true, false, 1, 0, or nothing');
  }

  wholeNumber(name: string): number | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    return /^-?\d{1,15}$/.test(text) ? Number(text) : refuse(name, text, 'a whole number');
  }

  /** Parses Unix seconds or a date in the timezone, to Unix seconds. */
  seconds(name: string, timezone: string): number | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    const seconds = parseTimestamp(text, timezone);
    if (seconds !== undefined) return seconds;
    const hint = / \d\d:?\d\d$/.test(text) ? ' (in a URL, + is written %2B)' : '';
    return refuse(name, `${text}`, 'Unix seconds, or a date of ISO 8601 such as 2024-03-01T12:00', hint);
  }

  /** Names of transforms, repeated or separated by commas. Core refuses unknown ones. */
  transforms(name: string): readonly TransformName[] {
    const isName = (_: string): _ is TransformName => true;
    return this.#search
      .getAll(name)
      .flatMap((text) => text.split(','))
      .filter(isName);
  }
}

function bad(message: string): RequestError {
  return new RequestError(400, message);
}

function missing(name: string): never {
  throw bad(`Parameter "${name}" is missing; expected it in the query`);
}

function refuse(name: string, text: string, expected: string, hint = ''): never {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  throw bad(`Parameter "${name}" is ${shown}${hint}; expected ${expected}`);
}
