import type { ApiClient } from './api-client.js';
import { ApiError } from './api-client.js';
import type { Board, Chart, Range } from './board.js';
import { ChartView } from './chart-view.js';
import { clone, element, find } from './dom.js';
import { Editor } from './editor.js';
import { figuresTable } from './figures-table.js';
import { formatTime } from './format.js';
import { unitLabel } from './grains.js';
import { emptyNote } from './legend.js';
import { Repeater, refreshSeconds } from './live.js';
import { type Content, loadChart, type Nothing } from './load.js';
import { transformLabel } from './transforms.js';

export interface CardEvents {
  readonly onChange: (card: Card, chart: Chart) => void;
  readonly onRange: (range: Range) => void;
  readonly onRemove: (card: Card) => void;
  readonly onMove: (card: Card, by: number) => void;
  readonly onCopy: (card: Card) => void;
}

/** How long to wait before asking a server again that did not answer. */
const AGAIN_SECONDS = 5;

/** One chart of a board. Loads its data, draws it, keeps it up to date, and shows what goes wrong. */
export class Card {
  readonly element = clone('card');
  readonly #client: ApiClient;
  readonly #events: CardEvents;
  readonly #editor: Editor;
  readonly #repeater = new Repeater(() => this.#load());
  readonly #stage = find(this.element, '.stage', HTMLElement);
  readonly #details = find(this.element, 'details', HTMLDetailsElement);
  #chart: Chart;
  #board: Board;
  #content: Content | undefined;
  #view: ChartView | undefined;
  #loading: AbortController | undefined;

  constructor(client: ApiClient, chart: Chart, board: Board, events: CardEvents) {
    this.#client = client;
    this.#chart = chart;
    this.#board = board;
    this.#events = events;
    this.#editor = new Editor(find(this.element, '.editor', HTMLFormElement), client, {
      onChange: (changed) => events.onChange(this, changed),
      onRemove: () => events.onRemove(this),
      onMove: (by) => events.onMove(this, by),
      onCopy: () => events.onCopy(this),
      onClose: () => this.edit(false),
    });
    const edit = find(this.element, '.edit', HTMLButtonElement);
    edit.addEventListener('click', () => this.edit(edit.getAttribute('aria-expanded') !== 'true'));
    this.#details.addEventListener('toggle', () => this.#showTable());
    this.#start();
  }

  get chart(): Chart {
    return this.#chart;
  }

  /** Takes a changed chart or board, and loads again if that shows other data. */
  update(chart: Chart, board: Board): void {
    const same =
      JSON.stringify([chart, board.range, board.zone]) ===
      JSON.stringify([this.#chart, this.#board.range, this.#board.zone]);
    const goes = board.live === this.#board.live;
    this.#chart = chart;
    this.#board = board;
    if (same && goes) return;
    if (!same) this.#forget();
    this.#start();
  }

  edit(open: boolean): void {
    const button = find(this.element, '.edit', HTMLButtonElement);
    button.setAttribute('aria-expanded', String(open));
    if (open) this.#editor.open(this.#chart);
    else if (this.#editor.close()) button.focus();
  }

  /** Draws again, in the current colours. */
  redraw(): void {
    this.#view?.rebuild();
  }

  destroy(): void {
    this.#loading?.abort();
    this.#repeater.stop();
    this.#view?.destroy();
    this.element.remove();
  }

  #start(): void {
    this.#heading();
    this.#editor.follow(this.#chart);
    this.element.classList.toggle('wide', this.#chart.wide);
    this.#repeater.start();
  }

  /** Marks the loaded data as stale. The drawing stays until new data comes, so that nothing flickers. */
  #forget(): void {
    this.#view?.destroy();
    this.#view = undefined;
    this.#content = undefined;
  }

  /** Resolves to the seconds until the next load; `undefined` if the board is not live. */
  async #load(): Promise<number | undefined> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    if (this.#chart.timeseries === '' || this.#chart.names.length === 0) {
      this.#note('unset', emptyNote('chart', 'Choose names to show.'));
      return undefined;
    }
    if (this.#content === undefined) this.#wait();
    try {
      const content = await loadChart(this.#client, this.#chart, this.#board.range, loading.signal);
      if (loading.signal.aborted) return undefined;
      this.#show(content);
      return this.#next(content);
    } catch (error) {
      if (loading.signal.aborted) return undefined;
      this.#fail(error);
      return error instanceof ApiError && error.status >= 400 && error.status < 500
        ? undefined
        : AGAIN_SECONDS;
    }
  }

  #next(content: Content | Nothing): number | undefined {
    if (!this.#board.live || 'from' in this.#board.range) return undefined;
    return content.kind === 'nothing' ? 5 : refreshSeconds(content.query.grain.seconds);
  }

  #wait(): void {
    this.element.dataset.state = 'loading';
    this.element.setAttribute('aria-busy', 'true');
    this.#stage.replaceChildren(
      element('div', { class: 'skeleton' }, element('span', { class: 'hidden' }, 'Loading…')),
    );
  }

  #show(content: Content | Nothing): void {
    this.#warn('');
    if (content.kind === 'nothing') {
      this.#forget();
      this.#note('empty', this.#nothingNote(content));
      return;
    }
    this.#state('ready');
    this.#content = content;
    this.#subtitle(content);
    if (this.#view === undefined) {
      const parts = {
        stage: this.#stage,
        legend: find(this.element, '.legend', HTMLElement),
        when: find(this.element, '.when', HTMLElement),
      };
      const drawn = { chart: this.#chart, content, zone: this.#zone(content) };
      this.#view = new ChartView(parts, drawn, (from, to) => this.#events.onRange({ from, to }));
    } else {
      this.#view.update(content);
    }
    find(this.element, '.json', HTMLAnchorElement).href = content.path;
    this.#showTable();
  }

  #zone({ info }: Content): string | undefined {
    if (this.#board.zone === 'own') return info.timezone;
    return this.#board.zone === 'UTC' ? 'UTC' : undefined;
  }

  #heading(): void {
    const { title, timeseries, names } = this.#chart;
    const own = names.length === 1 ? (names[0] ?? '') : timeseries;
    find(this.element, '.title', HTMLElement).textContent = title || own || 'New chart';
    find(this.element, '.subtitle', HTMLElement).textContent = timeseries;
  }

  #subtitle(content: Content): void {
    const { info, query, kind } = content;
    const shown = query.transforms.map(transformLabel).join(', ');
    const what = kind === 'heat' ? 'values' : shown || (info.type === 'count' ? 'count' : 'reading');
    const zone = this.#zone(content) ?? 'local time';
    const texts = [info.name, `${what} by ${unitLabel(query.grain.unit)}`, zone];
    find(this.element, '.subtitle', HTMLElement).textContent = texts.join(' · ');
  }

  #nothingNote({ bounds }: Nothing): HTMLElement {
    if (bounds === undefined) return emptyNote('empty', 'There is no data under these names yet.');
    const [first, last] = [bounds.first, bounds.last].map((time) => formatTime(time, 60, undefined));
    const all = element('button', { type: 'button', class: 'button' }, 'Show all of it');
    all.addEventListener('click', () => this.#events.onRange({ all: true }));
    return emptyNote('empty', `Nothing in this range. There is data from ${first} to ${last}.`, all);
  }

  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (
      this.#content !== undefined &&
      !(error instanceof ApiError && error.status >= 400 && error.status < 500)
    ) {
      // The data stays visible while the server is away.
      this.#warn(`${message} Trying again.`);
      return;
    }
    this.#forget();
    const again = element('button', { type: 'button', class: 'button' }, 'Try again');
    again.addEventListener('click', () => this.#repeater.start());
    const note = emptyNote('error', message, again);
    note.setAttribute('role', 'alert');
    this.#note('error', note);
  }

  #warn(text: string): void {
    find(this.element, '.warning', HTMLElement).textContent = text;
  }

  #note(state: string, note: HTMLElement): void {
    this.#state(state);
    this.#stage.replaceChildren(note);
    this.#showTable();
  }

  #state(state: string): void {
    this.element.dataset.state = state;
    this.element.setAttribute('aria-busy', 'false');
  }

  /** Makes the table only if it is open. */
  #showTable(): void {
    this.#details.hidden = this.#content === undefined;
    if (!this.#details.open || this.#content === undefined) return;
    const table = figuresTable(this.#content, this.#zone(this.#content));
    find(this.#details, '.table', HTMLElement).replaceChildren(table);
  }
}
