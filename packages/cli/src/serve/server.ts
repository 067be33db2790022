import { setMaxListeners } from 'node:events';
import { messageOf } from '@kairos/core';
import { createHandler, type Handler } from '@kairos/http';
import { NothingRecorded, type Purpose } from '../timeseries/open.js';
import type { Reference } from '../timeseries/reference.js';
import { withoutPassword } from '../timeseries/without-password.js';
import { type Address, written } from './address.js';
import { authorizationBy } from './authorization.js';
import { CarbonListener } from './carbon-listener.js';
import { HttpListener } from './http-listener.js';
import { Intake } from './intake.js';
import type { Listener } from './listener.js';
import type { Log } from './log.js';
import { Router } from './router.js';
import { defaultRules, type ListenerKind, type Rule, Rules, type Types } from './rules.js';
import { Served } from './served.js';
import { StatsdListener } from './statsd-listener.js';
import { statusOf } from './status.js';
import { sumOf, type Tally } from './tally.js';

/** How long the client of an unreachable store may take to close, in milliseconds. */
const LAST_MILLISECONDS = 2000;

/** The timeseries and rules to serve, from a configuration and the command line. */
export interface Serving {
  /** By the name that each is served under. */
  readonly references: ReadonlyMap<string, Reference>;
  /** `undefined` if the configuration has none. */
  readonly rules: readonly Rule[] | undefined;
  /** The names that a rule may use: all of the configuration's. */
  readonly known: readonly string[];
}

export interface ServerOptions {
  readonly listen: Address;
  readonly carbon: Address | undefined;
  readonly statsd: Address | undefined;
  readonly token: string | undefined;
  readonly insert: boolean;
  readonly maxBuckets: number | undefined;
  /** Maximum number of lines per listener to queue while a store accepts none. */
  readonly keep: number;
  /**
   * How long queued lines may take to be stored before a timeseries is closed without them, in milliseconds.
   */
  readonly grace: number;
}

/** Serves open timeseries over HTTP, and stores the lines that listeners receive. */
export class Server {
  readonly #options: ServerOptions;
  readonly #log: Log;
  readonly #authorize: (request: Request) => true | Response;
  #served: ReadonlyMap<string, Served> = new Map();
  #router = new Router(new Rules([], new Map()), new Map());
  #handler: Handler = createHandler({});
  #listeners: Listener[] = [];
  #http: HttpListener | undefined;
  #reloading: Promise<unknown> = Promise.resolve();

  private constructor(options: ServerOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#authorize = authorizationBy(options.token);
  }

  /** Opens the timeseries, then starts to listen. If either fails, closes everything again. */
  static async start(serving: Serving, options: ServerOptions, log: Log): Promise<Server> {
    const server = new Server(options, log);
    try {
      await server.#serve(serving);
      await server.#listen();
    } catch (error) {
      await server.close().catch(() => undefined);
      throw error;
    }
    return server;
  }

  /** Applies another configuration: opens new timeseries and closes removed ones. Listeners keep running. */
  reload(read: () => Promise<Serving>): Promise<void> {
    const reloaded = this.#reloading.then(async () => this.#serve(await read()));
    this.#reloading = reloaded.catch(() => undefined);
    return reloaded;
  }

  /** Stops listening, stores queued lines, and closes. Resolves to the number of lines not stored in time. */
  async close(): Promise<number> {
    await this.#reloading;
    await Promise.all([this.#http?.close(), ...this.#listeners.map((listener) => listener.close())]);
    const before = this.#tally().dropped;
    await this.#release(this.#served.values());
    const { dropped, waiting } = this.#tally();
    return dropped - before + waiting;
  }

  async #serve(serving: Serving): Promise<void> {
    const { served, opened } = await this.#open(serving.references);
    try {
      const router = new Router(this.#rulesOf(serving, served), served);
      const handler = createHandler(
        Object.fromEntries([...served].map(([name, { timeseries }]) => [name, timeseries])),
        {
          insert: this.#options.insert,
          onError: (error) => this.#log.now('http', `http: ${withoutPassword(messageOf(error))}`),
          ...(this.#options.maxBuckets === undefined ? {} : { maxBuckets: this.#options.maxBuckets }),
        },
      );
      this.#router = router;
      this.#handler = handler;
    } catch (error) {
      await Promise.all(opened.map((each) => each.close()));
      throw error;
    }
    const gone = [...this.#served.values()].filter((each) => served.get(each.name) !== each);
    this.#served = served;
    for (const { intake } of this.#listeners) intake.route(this.#router);
    await this.#release(gone);
  }

  /** Keeps open timeseries that did not change, and opens the rest. */
  async #open(references: ReadonlyMap<string, Reference>) {
    const purpose: Purpose = this.#isWriting ? 'write' : 'look';
    const opened: Served[] = [];
    const served = new Map<string, Served>();
    try {
      for (const [name, reference] of references) {
        const before = this.#served.get(name);
        const each = before?.is(reference) ? before : await Served.open(name, reference, purpose);
        if (each !== before) opened.push(each);
        served.set(name, each);
      }
    } catch (error) {
      await Promise.all(opened.map((each) => each.close()));
      if (purpose === 'write' || !(error instanceof NothingRecorded)) throw error;
      throw new NothingRecorded(`${error.message}; --insert, --carbon and --statsd create it`, {
        cause: error,
      });
    }
    return { served, opened };
  }

  get #isWriting(): boolean {
    const { insert, carbon, statsd } = this.#options;
    return insert || carbon !== undefined || statsd !== undefined;
  }

  #rulesOf({ rules, known }: Serving, served: ReadonlyMap<string, Served>): Rules {
    const types: Types = new Map([...served].map(([name, { timeseries }]) => [name, timeseries.type]));
    const { carbon, statsd } = this.#options;
    const listeners: ListenerKind[] = [
      ...(carbon === undefined ? [] : (['carbon'] as const)),
      ...(statsd === undefined ? [] : (['statsd'] as const)),
    ];
    if (rules === undefined) return new Rules(defaultRules(types, listeners), types);
    return new Rules(rules, types, [...new Set([...known, ...types.keys()])]);
  }

  async #listen(): Promise<void> {
    const { listen, carbon, statsd } = this.#options;
    this.#http = await HttpListener.listen(listen, (request) => this.#answer(request));
    this.#log.say(`http: listening on http://${written(this.#http.address)}`);
    if (carbon !== undefined) {
      this.#add(await CarbonListener.listen(carbon, this.#intake('carbon'), this.#log));
    }
    if (statsd !== undefined) {
      this.#add(await StatsdListener.listen(statsd, this.#intake('statsd'), this.#log));
    }
  }

  #add(listener: Listener): void {
    this.#listeners.push(listener);
    this.#log.say(`${listener.title}: listening on ${written(listener.address)}`);
  }

  #intake(title: ListenerKind): Intake {
    return new Intake({
      title,
      router: this.#router,
      keep: this.#options.keep,
      canWait: title === 'carbon',
      log: this.#log,
    });
  }

  async #answer(request: Request): Promise<Response> {
    const allowed = this.#authorize(request);
    if (allowed !== true) return allowed;
    if (new URL(request.url).pathname !== '/api/status') return this.#handler(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return Response.json(
        { error: 'The status can only be read' },
        { status: 405, headers: { allow: 'GET, HEAD' } },
      );
    }
    const status = statusOf(this.#listeners, this.#served.values());
    return Response.json(status, { headers: { 'cache-control': 'no-store' } });
  }

  /** Stores the lines queued for some timeseries, then closes those. */
  async #release(gone: Iterable<Served>): Promise<void> {
    const signal = AbortSignal.timeout(this.#options.grace);
    // Every queue listens to it.
    setMaxListeners(0, signal);
    const releasing = [...gone].map(async (each) => {
      await Promise.all(this.#listeners.map(({ intake }) => intake.release(each, signal)));
      await atMost(LAST_MILLISECONDS, each.close());
    });
    await Promise.all(releasing);
  }

  #tally(): Tally {
    return sumOf(this.#listeners.map(({ intake }) => intake.tally));
  }
}

/** Resolves when work has ended, or after a time limit. Keeps the process alive until then. */
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
