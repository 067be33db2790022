import { asBounds, asInfo, asRecord, asTexts, isRecord } from './decode.js';
import type { Bounds, TimeseriesInfo } from './timeseries-info.js';

/** An answer of the server that is not data, with the server's own message if it sent one. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const TOKEN = 'kairos-token';

/** Asks the user for a token; `refused` says that the last one was refused. */
export type AskForToken = (refused: boolean) => Promise<string>;

/** Client of the JSON API that is served beside the page. */
export class ApiClient {
  readonly #base: string;
  readonly #askForToken: AskForToken;
  readonly #infos = new Map<string, Promise<TimeseriesInfo>>();
  #asking: Promise<void> | undefined;

  constructor(base: string, askForToken: AskForToken) {
    this.#base = base;
    this.#askForToken = askForToken;
  }

  async timeseries(): Promise<string[]> {
    return asTexts(await this.#get('api/timeseries'), 'the timeseries are an array of names');
  }

  /** The configuration of a timeseries. Requested only once, because it does not change while the server runs. */
  info(timeseries: string): Promise<TimeseriesInfo> {
    const known = this.#infos.get(timeseries);
    if (known !== undefined) return known;
    const asked = this.#get(pathOf(timeseries)).then((answer) => asInfo(timeseries, answer));
    this.#infos.set(timeseries, asked);
    asked.catch(() => this.#infos.delete(timeseries));
    return asked;
  }

  async names(timeseries: string, prefix: string, signal?: AbortSignal): Promise<string[]> {
    const query = prefix === '' ? '' : `?${new URLSearchParams({ prefix })}`;
    return asTexts(
      await this.#get(`${pathOf(timeseries)}/names${query}`, signal),
      'names are an array of texts',
    );
  }

  /** The first and the last bucket with data of each interval. */
  async bounds(timeseries: string, name: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Bounds>> {
    const query = new URLSearchParams({ name });
    return asBounds(await this.#get(`${pathOf(timeseries)}/properties?${query}`, signal));
  }

  /** A series as the server answers it. Its shape depends on the query. */
  series(timeseries: string, query: URLSearchParams, signal?: AbortSignal): Promise<unknown> {
    return this.#get(seriesPath(timeseries, query), signal);
  }

  async #get(path: string, signal?: AbortSignal): Promise<unknown> {
    for (;;) {
      const token = sessionStorage.getItem(TOKEN);
      const response = await this.#fetch(path, token, signal);
      if (response.status !== 401) return answerOf(response);
      if (sessionStorage.getItem(TOKEN) === token) await this.#renewToken(token !== null);
    }
  }

  async #fetch(path: string, token: string | null, signal: AbortSignal | undefined): Promise<Response> {
    const headers = {
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    try {
      return await fetch(new URL(path, this.#base), { headers, signal: signal ?? null });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(0, 'The server does not answer.');
    }
  }

  /** Charts load at the same time. The first one to be refused asks for a token on behalf of all. */
  #renewToken(refused: boolean): Promise<void> {
    this.#asking ??= this.#askForToken(refused)
      .then((token) => sessionStorage.setItem(TOKEN, token))
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }
}

/** The path of a series, relative to the page. */
export function seriesPath(timeseries: string, query: URLSearchParams): string {
  return `${pathOf(timeseries)}/series?${query}`;
}

const pathOf = (timeseries: string) => `api/${encodeURIComponent(timeseries)}`;

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  const answer = parsed(text);
  if (response.ok && answer !== undefined) return answer;
  throw new ApiError(response.status, messageOf(answer) ?? `The server answered ${response.status}.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(answer: unknown): string | undefined {
  if (!isRecord(answer)) return undefined;
  const { message, error } = answer;
  if (typeof message === 'string') return message;
  if (typeof error === 'string') return error;
  return isRecord(error) ? messageOf(asRecord(error, 'an error is an object')) : undefined;
}
