import type { ApiClient } from './api-client.js';
import { type Chart, chartKinds, chartOf, scales } from './board.js';
import { element, find } from './dom.js';
import { formatDuration } from './format.js';
import { type Grain, grainsOf, unitLabel } from './grains.js';
import { NamePicker } from './name-picker.js';
import type { TimeseriesInfo } from './timeseries-info.js';
import { kindsOf, shownTransforms, transformLabel, transformsOf, usualKind } from './transforms.js';

export interface EditorEvents {
  readonly onChange: (chart: Chart) => void;
  readonly onRemove: () => void;
  readonly onMove: (by: number) => void;
  readonly onCopy: () => void;
  readonly onClose: () => void;
}

/** The controls of a chart. Each takes effect at once. */
export class Editor {
  readonly #form: HTMLFormElement;
  readonly #client: ApiClient;
  readonly #events: EditorEvents;
  readonly #names: NamePicker;
  #chart: Chart = chartOf('');
  #info: TimeseriesInfo | undefined;

  constructor(form: HTMLFormElement, client: ApiClient, events: EditorEvents) {
    this.#form = form;
    this.#client = client;
    this.#events = events;
    const parts = {
      search: this.#find('[name=prefix]', HTMLInputElement),
      list: this.#find('.name-list', HTMLElement),
      chosen: this.#find('.chosen', HTMLElement),
    };
    this.#names = new NamePicker(client, parts, (names) => this.#change({ names }));
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('change', (event) => this.#onChange(event.target));
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') events.onClose();
    });
    const actions = { remove: events.onRemove, copy: events.onCopy, close: events.onClose };
    for (const [name, act] of Object.entries(actions)) this.#onClick(name, act);
    this.#onClick('earlier', () => events.onMove(-1));
    this.#onClick('later', () => events.onMove(1));
  }

  open(chart: Chart): void {
    this.#form.hidden = false;
    this.#chart = chart;
    void this.#fillOrTell().then(() => {
      if (chart.names.length === 0) this.#names.focus();
      else this.#find('[name=timeseries]', HTMLSelectElement).focus();
    });
  }

  /** Closes it; returns whether it was open and had the focus. */
  close(): boolean {
    const within = this.#form.contains(document.activeElement);
    this.#form.hidden = true;
    return within;
  }

  /** Shows the changed chart, if it is open. */
  follow(chart: Chart): void {
    this.#chart = chart;
    if (!this.#form.hidden) void this.#fillOrTell();
  }

  #find<E extends Element>(selector: string, type: abstract new () => E): E {
    return find(this.#form, selector, type);
  }

  #onClick(action: string, act: () => void): void {
    this.#find(`[data-action=${action}]`, HTMLButtonElement).addEventListener('click', act);
  }

  #change(changes: Partial<Chart>): void {
    this.#chart = { ...this.#chart, ...changes };
    this.#events.onChange(this.#chart);
  }

  #fillOrTell(): Promise<void> {
    return this.#fill().catch((error: unknown) => this.#names.tell(error));
  }

  async #fill(): Promise<void> {
    const chart = this.#chart;
    const known = await this.#client.timeseries();
    const info =
      chart.timeseries === '' ? undefined : await this.#client.info(chart.timeseries).catch(() => undefined);
    if (chart !== this.#chart) return;
    this.#info = info;
    fillSelect(
      this.#find('[name=timeseries]', HTMLSelectElement),
      known.map((name) => [name, name]),
      chart.timeseries,
    );
    this.#names.show(chart.timeseries, chart.names);
    this.#find('[name=title]', HTMLInputElement).value = chart.title;
    this.#find('[name=wide]', HTMLInputElement).checked = chart.wide;
    this.#find('[name=together]', HTMLInputElement).checked = chart.together;
    this.#find('[name=scale]', HTMLSelectElement).value = chart.scale;
    this.#find('.scale', HTMLElement).hidden = chart.kind !== 'heat';
    this.#find('.together', HTMLElement).hidden = chart.kind === 'heat' || chart.names.length < 2;
    if (info !== undefined) this.#fillFrom(info, chart);
  }

  #fillFrom(info: TimeseriesInfo, chart: Chart): void {
    const kinds = kindsOf(info.type);
    for (const radio of this.#form.querySelectorAll<HTMLInputElement>('[name=kind]')) {
      const kind = chartKinds.find((each) => each === radio.value);
      radio.checked = kind === chart.kind;
      radio.disabled = kind === undefined || !kinds.includes(kind);
    }
    const grains = grainsOf(info).map((grain): [string, string] => [grainValue(grain), grainText(grain)]);
    const chosen =
      chart.interval === undefined ? '' : grainValue({ interval: chart.interval, detail: chart.detail });
    fillSelect(this.#find('[name=grain]', HTMLSelectElement), [['', 'Finest that fits'], ...grains], chosen);
    this.#fillTransforms(info, chart);
  }

  #fillTransforms(info: TimeseriesInfo, chart: Chart): void {
    const offered = chart.kind === 'heat' ? [] : transformsOf(info.type);
    const shown = shownTransforms(info.type, chart.transforms);
    const all = [...offered, ...shown.filter((name) => offered.length > 0 && !offered.includes(name))];
    this.#find('.transforms', HTMLElement).hidden = all.length === 0;
    const list = this.#find('.transform-list', HTMLElement);
    const focused = list.contains(document.activeElement)
      ? document.activeElement?.getAttribute('value')
      : undefined;
    const pills = all.map((name) => {
      const box = element('input', { type: 'checkbox', name: 'transform', value: name });
      box.checked = shown.includes(name);
      return element('label', { class: 'pill' }, box, element('span', {}, transformLabel(name)));
    });
    list.replaceChildren(...pills);
    for (const box of list.querySelectorAll('input')) if (box.value === focused) box.focus();
  }

  #onChange(target: EventTarget | null): void {
    if (target instanceof HTMLSelectElement) this.#onSelect(target.name, target.value);
    if (!(target instanceof HTMLInputElement)) return;
    const { name, value, checked } = target;
    if (name === 'title') this.#change({ title: value.trim() });
    if (name === 'wide' || name === 'together') this.#change({ [name]: checked });
    if (name === 'kind')
      this.#change({ kind: chartKinds.find((each) => each === value) ?? this.#chart.kind });
    if (name === 'transform') this.#onTransform();
  }

  #onSelect(name: string, value: string): void {
    if (name === 'timeseries') this.#onTimeseries(value).catch((error: unknown) => this.#names.tell(error));
    if (name === 'scale') this.#change({ scale: scales.find((each) => each === value) ?? 'auto' });
    if (name !== 'grain' || this.#info === undefined) return;
    const grain = grainsOf(this.#info).find((each) => grainValue(each) === value);
    const { interval: _, ...automatic } = this.#chart;
    this.#chart = { ...automatic, detail: false };
    this.#change(grain === undefined ? {} : { interval: grain.interval, detail: grain.detail });
  }

  /** Another timeseries has other names and intervals. */
  async #onTimeseries(timeseries: string): Promise<void> {
    const { type } = await this.#client.info(timeseries);
    const kind =
      kindsOf(type).includes(this.#chart.kind) && this.#info !== undefined
        ? this.#chart.kind
        : usualKind(type);
    const { title, wide } = this.#chart;
    this.#chart = { ...chartOf(timeseries, kind), title, wide };
    this.#change({});
  }

  #onTransform(): void {
    const boxes = this.#form.querySelectorAll<HTMLInputElement>('[name=transform]:checked');
    this.#change({ transforms: [...boxes].map(({ value }) => value) });
  }
}

const grainValue = ({ interval, detail }: Pick<Grain, 'interval' | 'detail'>) =>
  JSON.stringify([interval, detail]);

function grainText({ interval, unit, keeps }: Grain): string {
  const kept = Number.isFinite(keeps) ? `, kept for ${formatDuration(keeps)}` : '';
  return `${interval}: by ${unitLabel(unit)}${kept}`;
}

function fillSelect(
  select: HTMLSelectElement,
  options: readonly (readonly [string, string])[],
  chosen: string,
): void {
  const known = options.some(([value]) => value === chosen);
  const all = known || chosen === '' ? options : [[chosen, chosen] as const, ...options];
  select.replaceChildren(...all.map(([value, text]) => element('option', { value }, text)));
  select.value = chosen;
}
