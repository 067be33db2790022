import { type Board, DAY, HOUR, type Range, zones } from './board.js';
import { lastToText } from './board-url.js';
import { element, find } from './dom.js';
import { formatDuration, formatTime } from './format.js';

const PRESETS = [
  900,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  30 * DAY,
  90 * DAY,
  365 * DAY,
];

/** The controls of the board: range, live updates, timezone. */
export class Toolbar {
  readonly #range = find(document, '#range', HTMLSelectElement);
  readonly #live = find(document, '#live', HTMLButtonElement);
  readonly #zone = find(document, '#zone', HTMLSelectElement);
  readonly #custom = find(document, '#custom', HTMLFormElement);
  readonly #from = find(document, '#from', HTMLInputElement);
  readonly #to = find(document, '#to', HTMLInputElement);
  #board: Board | undefined;

  constructor(onChange: (changes: Partial<Board>) => void) {
    const move = (id: string, moved: (range: { from: number; to: number }) => Range) =>
      find(document, `#${id}`, HTMLButtonElement).addEventListener('click', () =>
        onChange({ range: moved(this.#times()) }),
      );
    move('before', ({ from, to }) => ({ from: from - (to - from), to: from }));
    move('after', ({ from, to }) => ({ from: to, to: to + (to - from) }));
    move('out', ({ from, to }) => ({
      from: Math.round(from - (to - from) / 2),
      to: Math.round(to + (to - from) / 2),
    }));
    this.#range.addEventListener('change', () => {
      const { value } = this.#range;
      if (value === 'custom') return this.#openCustom();
      onChange({ range: value === 'all' ? { all: true } : { last: Number(value) } });
    });
    this.#live.addEventListener('click', () => onChange({ live: this.#board?.live === false }));
    this.#zone.addEventListener('change', () => {
      onChange({ zone: zones.find((each) => each === this.#zone.value) ?? 'own' });
    });
    this.#custom.addEventListener('submit', (event) => {
      event.preventDefault();
      const [from, to] = [this.#from, this.#to].map(({ value }) => Math.floor(Date.parse(value) / 1000));
      if (from === undefined || to === undefined || !(from < to)) {
        this.#to.setCustomValidity('The end has to be after the beginning.');
        this.#to.reportValidity();
        return;
      }
      onChange({ range: { from, to } });
    });
    for (const input of [this.#from, this.#to])
      input.addEventListener('input', () => this.#to.setCustomValidity(''));
  }

  show(board: Board): void {
    this.#board = board;
    const { range, live, zone } = board;
    const fixed = 'from' in range;
    const lasts = 'last' in range && !PRESETS.includes(range.last) ? [...PRESETS, range.last] : PRESETS;
    const options = lasts.map((last) =>
      element('option', { value: String(last) }, `Last ${formatDuration(last)}`),
    );
    options.push(element('option', { value: 'all' }, 'All data'));
    options.push(element('option', { value: 'custom' }, fixed ? textOf(range) : 'From … to …'));
    this.#range.replaceChildren(...options);
    this.#range.value = 'last' in range ? String(range.last) : fixed ? 'custom' : 'all';
    this.#range.title = 'last' in range ? lastToText(range.last) : '';
    this.#custom.hidden = !fixed;
    if (fixed) this.#fillCustom(range);
    this.#live.setAttribute('aria-pressed', String(live && !fixed));
    this.#live.disabled = fixed;
    this.#zone.value = zone;
  }

  #times(): { from: number; to: number } {
    const now = Math.floor(Date.now() / 1000);
    const range = this.#board?.range;
    if (range !== undefined && 'from' in range) return range;
    return { from: now - (range !== undefined && 'last' in range ? range.last : 365 * DAY), to: now };
  }

  #openCustom(): void {
    this.#fillCustom(this.#times());
    this.#custom.hidden = false;
    this.#from.focus();
  }

  #fillCustom({ from, to }: { from: number; to: number }): void {
    this.#from.value = localTime(from);
    this.#to.value = localTime(to);
  }
}

/** A time in the form that an input of type `datetime-local` takes. */
function localTime(time: number): string {
  const date = new Date(time * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function textOf({ from, to }: { from: number; to: number }): string {
  const seconds = to - from > 2 * DAY ? DAY : 60;
  return `${formatTime(from, seconds, undefined)} – ${formatTime(to, seconds, undefined)}`;
}
