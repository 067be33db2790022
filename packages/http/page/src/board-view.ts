import type { ApiClient } from './api-client.js';
import { type Board, type Chart, chartOf, type Range } from './board.js';
import { Card } from './card.js';
import { element } from './dom.js';
import { emptyNote } from './legend.js';

/** Shows the charts of a board side by side, and reports the user's changes. */
export class BoardView {
  readonly #host: HTMLElement;
  readonly #client: ApiClient;
  readonly #onChange: (board: Board) => void;
  #board: Board;
  #cards: Card[] = [];

  constructor(host: HTMLElement, client: ApiClient, board: Board, onChange: (board: Board) => void) {
    this.#host = host;
    this.#client = client;
    this.#board = board;
    this.#onChange = onChange;
    this.show(board);
  }

  get board(): Board {
    return this.#board;
  }

  /** Shows a board. Charts that did not change are left alone. */
  show(board: Board): void {
    this.#board = board;
    for (const card of this.#cards.splice(board.charts.length)) card.destroy();
    for (const [index, chart] of board.charts.entries()) {
      const card = this.#cards[index];
      if (card === undefined) this.#add(chart);
      else card.update(chart, board);
    }
    this.#place();
  }

  /** Adds a chart, with its controls open. */
  async add(): Promise<void> {
    const [first = ''] = await this.#client.timeseries().catch(() => []);
    const { timeseries, kind } = this.#board.charts.at(-1) ?? chartOf(first);
    this.#add(chartOf(timeseries, kind)).edit(true);
    this.#changed();
    this.#cards.at(-1)?.element.scrollIntoView({ block: 'nearest' });
  }

  redraw(): void {
    for (const card of this.#cards) card.redraw();
  }

  #add(chart: Chart): Card {
    const card = new Card(this.#client, chart, this.#board, {
      onChange: (changed, to) => {
        changed.update(to, this.#board);
        this.#changed();
      },
      onRange: (range: Range) => this.#onChange({ ...this.#board, range }),
      onRemove: (removed) => {
        this.#cards = this.#cards.filter((each) => each !== removed);
        removed.destroy();
        this.#changed();
      },
      onMove: (moved, by) => this.#move(moved, by),
      onCopy: (copied) => {
        this.#cards.splice(this.#cards.indexOf(copied) + 1, 0, this.#cardLike(copied));
        this.#changed();
      },
    });
    this.#cards.push(card);
    return card;
  }

  #cardLike(card: Card): Card {
    const copy = this.#add(card.chart);
    this.#cards.pop();
    return copy;
  }

  #move(card: Card, by: number): void {
    const from = this.#cards.indexOf(card);
    const to = from + by;
    if (to < 0 || to >= this.#cards.length) return;
    this.#cards.splice(from, 1);
    this.#cards.splice(to, 0, card);
    const focused = document.activeElement;
    this.#changed();
    if (focused instanceof HTMLElement) focused.focus();
  }

  #changed(): void {
    this.#board = { ...this.#board, charts: this.#cards.map(({ chart }) => chart) };
    this.#place();
    this.#onChange(this.#board);
  }

  /** Puts the cards in order. A card that is in its place is not moved, so it keeps the focus. */
  #place(): void {
    if (this.#cards.length === 0) {
      const note = emptyNote('chart', element('strong', {}, 'An empty board.'), ' Add a chart to begin.');
      this.#host.replaceChildren(note);
      return;
    }
    for (const [index, { element: card }] of this.#cards.entries()) {
      if (this.#host.children[index] !== card)
        this.#host.insertBefore(card, this.#host.children[index] ?? null);
    }
    while (this.#host.children.length > this.#cards.length) this.#host.lastElementChild?.remove();
  }
}
