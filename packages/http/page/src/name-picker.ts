import type { ApiClient } from './api-client.js';
import { element, icon } from './dom.js';

const MOST_LISTED = 100;
const TYPING_MILLISECONDS = 150;

interface Parts {
  readonly search: HTMLInputElement;
  readonly list: HTMLElement;
  readonly chosen: HTMLElement;
}

/** Lets the user choose from the names of a timeseries that begin with a prefix. */
export class NamePicker {
  readonly #client: ApiClient;
  readonly #parts: Parts;
  readonly #onChange: (names: readonly string[]) => void;
  #timeseries = '';
  #chosen: readonly string[] = [];
  #looking: AbortController | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(client: ApiClient, parts: Parts, onChange: (names: readonly string[]) => void) {
    this.#client = client;
    this.#parts = parts;
    this.#onChange = onChange;
    parts.search.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#look(), TYPING_MILLISECONDS);
    });
  }

  show(timeseries: string, chosen: readonly string[]): void {
    const other = timeseries !== this.#timeseries;
    this.#timeseries = timeseries;
    this.#chosen = chosen;
    this.#showChosen();
    if (other) {
      this.#parts.search.value = '';
      void this.#look();
    } else this.#mark();
  }

  /** Shows an error in place of the names. */
  tell(error: unknown): void {
    this.#parts.list.replaceChildren(quiet(error instanceof Error ? error.message : String(error)));
  }

  focus(): void {
    this.#parts.search.focus();
  }

  async #look(): Promise<void> {
    this.#looking?.abort();
    const looking = new AbortController();
    this.#looking = looking;
    const prefix = this.#parts.search.value;
    try {
      const names = await this.#client.names(this.#timeseries, prefix, looking.signal);
      if (!looking.signal.aborted) this.#list(names.toSorted(), prefix);
    } catch (error) {
      if (looking.signal.aborted) return;
      this.tell(error);
    }
  }

  #list(names: readonly string[], prefix: string): void {
    const options = names.slice(0, MOST_LISTED).map((name) => {
      const box = element('input', { type: 'checkbox' });
      box.value = name;
      box.checked = this.#chosen.includes(name);
      box.addEventListener('change', () => this.#choose(name, box.checked));
      return element('label', { class: 'name-option' }, box, element('bdi', {}, name));
    });
    if (names.length === 0)
      options.push(quiet(prefix === '' ? 'There are no names yet.' : 'No name begins so.'));
    const rest = names.length - MOST_LISTED;
    if (rest > 0) options.push(quiet(`${rest} more: type how a name begins.`));
    this.#parts.list.replaceChildren(...options);
  }

  #choose(name: string, chosen: boolean): void {
    const others = this.#chosen.filter((each) => each !== name);
    this.#chosen = chosen ? [...others, name] : others;
    this.#showChosen();
    this.#mark();
    this.#onChange(this.#chosen);
  }

  #mark(): void {
    for (const box of this.#parts.list.querySelectorAll('input'))
      box.checked = this.#chosen.includes(box.value);
  }

  #showChosen(): void {
    const chips = this.#chosen.map((name) => {
      const remove = element(
        'button',
        { type: 'button', class: 'chip' },
        element('bdi', {}, name),
        icon('close'),
      );
      remove.setAttribute('aria-label', `Leave out ${name}`);
      remove.addEventListener('click', () => {
        this.#choose(name, false);
        this.focus();
      });
      return element('li', {}, remove);
    });
    this.#parts.chosen.replaceChildren(...chips);
  }
}

const quiet = (text: string) => element('label', { class: 'quiet' }, text);
