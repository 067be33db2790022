import type { AnyTimeseries } from '@kairos/core';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import type { Browser, Locator, Page } from 'playwright-core';
import { browserSuite, launch, visit } from './browser.js';
import { colorsOf, columnHeight, pixel } from './pixels.js';
import { type Served, serve } from './serve.js';

const MINUTE = 60;
const now = Math.floor(Date.now() / 1000);
/** The start of a minute, half an hour ago. */
const then = Math.floor(now / MINUTE - 30) * MINUTE;

const SLY_NAMES = [
  '<img src=x onerror="window.broken=1">',
  '</script><script>window.broken=1</script>',
  `it's "quoted" & \`ticked\``,
  '🛒 Ωmega ‮desrever',
  '__proto__',
  'a&name=b#c%41',
];

const intervals = {
  minute: { step: MINUTE, steps: 1440 },
  month: { step: 'monthly', resolution: 'daily' },
} as const;

/** A busy machine may be slow. */
const SOON = { timeout: 30_000 };

async function openAll() {
  const kairos = new Kairos([sql]);
  const hits = await kairos.timeseries('sqlite::memory:', { type: 'count', intervals });
  await hits.bulkInsert(
    new Map<number, Readonly<Record<string, number[]>>>([
      [then, { home: [10], about: [5] }],
      [then + MINUTE, { home: [20], about: [5] }],
      [then + 3 * MINUTE, { home: [40] }],
    ]),
  );
  await Promise.all(SLY_NAMES.map((name, index) => hits.insert(name, index + 1, { timestamp: then })));
  const latency = await kairos.timeseries('sqlite::memory:', { type: 'histogram', intervals });
  await latency.bulkInsert(
    new Map([
      [then, { api: [...new Array<number>(9).fill(1), 2, 3] }],
      [then + 2 * MINUTE, { api: [3, 3, 3, 3] }],
    ]),
  );
  const state = await kairos.timeseries('sqlite::memory:', { type: 'gauge', intervals, valueType: 'text' });
  await state.insert('door', 'open <b>wide</b>', { timestamp: then });
  const old = await kairos.timeseries('sqlite::memory:', {
    type: 'count',
    intervals: { day: { step: 'daily' } },
  });
  await old.insert('ship', 7, { timestamp: 1_000_000_000 });
  return { hits, latency, state, old };
}

type Opened = Awaited<ReturnType<typeof openAll>>;

const board = (...parameters: string[]) =>
  `#from=${then - 5 * MINUTE}&to=${then + 10 * MINUTE}&${parameters.join('&')}`;

async function readyCard(page: Page, index = 0): Promise<Locator> {
  const card = page.locator('.card').nth(index);
  await card.and(page.locator('[data-state=ready]')).waitFor(SOON);
  return card;
}

/**
 * The table of a card: rows of texts, by time. Reads all cells at once, because a live card may be redrawn.
 */
async function tableOf(card: Locator): Promise<string[][]> {
  if ((await card.locator('details[open]').count()) === 0) await card.locator('summary').click();
  await card.locator('tr').nth(1).waitFor(SOON);
  return card
    .locator('table')
    .evaluate((table: HTMLTableElement) =>
      [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent)),
    );
}

browserSuite('the page', () => {
  let opened: Opened;
  let served: Served;
  let browser: Browser;

  beforeAll(async () => {
    opened = await openAll();
    const all: Readonly<Record<string, AnyTimeseries>> = opened;
    served = await serve(all);
    browser = await launch();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    for (const each of Object.values(opened ?? {})) await each.close();
  });

  const open = (fragment = '', options = {}) => visit(browser, `${served.url}${fragment}`, options);

  it('shows a board at first sight, without a word on the console, from its own server alone', async () => {
    const { page, errors } = await open();
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(served.url)) foreign.push(request.url());
    });
    await page.reload();
    for (const index of [0, 1]) await readyCard(page, index);
    expect(await page.locator('.card').count()).toBe(4);
    expect(await page.evaluate('location.hash')).toBe('');
    expect({ errors, foreign }).toEqual({ errors: [], foreign: [] });
  }, 60_000);

  it('draws bars as high as the counts that the API returns, and tells them in legend and table', async () => {
    const { page, errors } = await open(
      board('chart=hits', 'as=bars', 'interval=minute', 'name=home', 'name=about'),
    );
    const card = await readyCard(page);
    const series = await opened.hits.seriesByName(['home', 'about'], 'minute', {
      start: then - 5 * MINUTE,
      end: then + 10 * MINUTE,
    });
    const rows = (await tableOf(card)).slice(1).reverse();
    const expected = [...(series.get('home') ?? [])].map(([time, count]) => [
      count,
      series.get('about')?.get(time),
    ]);
    expect(rows.map(([, ...figures]) => figures.map(Number))).toEqual(expected);
    expect(await card.locator('thead').textContent()).toMatch(/time\s*home\s*about/);

    const [home, about] = await colorsOf(page, ['--series-0', '--series-1']);
    const at = (index: number) => (index + 0.5) / expected.length;
    const heights = await Promise.all(
      [5, 6, 7, 8].map(async (index) => ({
        home: await columnHeight(card, at(index), home),
        about: await columnHeight(card, at(index), about),
      })),
    );
    const [ten, twenty, none, forty] = heights;
    expect(none).toEqual({ home: 0, about: 0 });
    expect(ten?.home).toBeGreaterThan(20);
    expect((twenty?.home ?? 0) / (ten?.home ?? 1)).toBeCloseTo(2, 0);
    expect((forty?.home ?? 0) / (ten?.home ?? 1)).toBeCloseTo(4, 0);
    expect((ten?.about ?? 0) / (ten?.home ?? 1)).toBeCloseTo(0.5, 0);
    expect(errors).toEqual([]);
  }, 60_000);

  it('reads out a bucket to keys and to screen readers', async () => {
    const { page } = await open(
      board('chart=hits', 'as=lines', 'interval=minute', 'name=home', 'name=about'),
    );
    const card = await readyCard(page);
    const slider = card.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Home');
    for (let press = 0; press < 6; press++) await page.keyboard.press('ArrowRight');
    await expect(slider.getAttribute('aria-valuetext')).resolves.toMatch(/, home: 20, about: 5$/);
    expect(await card.locator('.legend-value').allInnerTexts()).toEqual(['20', '5']);
    expect(await card.locator('.when').textContent()).toContain(
      new Date((then + MINUTE) * 1000).toISOString().slice(11, 16),
    );
  }, 60_000);

  it('can be entered past its controls, which leaves the board as it is', async () => {
    const { page } = await open(board('chart=hits', 'as=lines', 'interval=minute', 'name=home'));
    await readyCard(page);
    const before = page.url();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').evaluate((focused) => focused.tagName)).toBe('MAIN');
    expect(page.url()).toBe(before);
  }, 60_000);

  it('hides and shows a line where its name is pressed', async () => {
    const { page } = await open(board('chart=hits', 'as=bars', 'interval=minute', 'name=home', 'name=about'));
    const card = await readyCard(page);
    const [home] = await colorsOf(page, ['--series-0']);
    const before = await columnHeight(card, 8.5 / 16, home);
    await card.getByRole('button', { name: 'home' }).click();
    expect(before).toBeGreaterThan(0);
    expect(await columnHeight(card, 8.5 / 16, home)).toBe(0);
    expect(await card.getByRole('button', { name: 'home' }).getAttribute('aria-pressed')).toBe('false');
  }, 60_000);

  it('draws a histogram over time as a heat map: a cell a value, darker the more often it occurred', async () => {
    const { page, errors } = await open(board('chart=latency', 'as=heat', 'interval=minute', 'name=api'));
    const card = await readyCard(page);
    const [strongest] = await colorsOf(page, ['--heat-4']);
    // The rows for 1, 2 and 3, from the bottom.
    const cell = (index: number, row: number) => pixel(card, (index + 0.5) / 16, 1 - (row + 0.5) / 3);
    expect(await cell(5, 0)).toBe(strongest);
    const colors = new Set([await cell(5, 0), await cell(5, 1), await cell(7, 2), await cell(6, 0)]);
    expect(colors.size).toBe(4);
    expect(await cell(5, 1)).toBe(await cell(5, 2));
    const rows = await tableOf(card);
    expect(rows.flat()).toEqual(expect.arrayContaining(['1 × 9, 2 × 1, 3 × 1', '3 × 4']));
    await card.getByRole('slider').focus();
    await page.keyboard.press('Home');
    for (let press = 0; press < 7; press++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    expect(await card.locator('.when').textContent()).toMatch(/3: 4$/);
    expect(errors).toEqual([]);
  }, 60_000);

  it('leaves a gap where a mean is of nothing, and shows several transforms as a line each', async () => {
    const { page } = await open(
      board('chart=latency', 'as=lines', 'interval=minute', 'name=api', 'show=mean', 'show=max', 'show=p50'),
    );
    const rows = (await tableOf(await readyCard(page))).slice(1).reverse();
    expect(rows.slice(5, 8).map(([, ...figures]) => figures)).toEqual([
      ['1.2727', '3', '1'],
      ['–', '–', '–'],
      ['3', '3', '3'],
    ]);
  }, 60_000);

  it('shows a count as one figure for the whole range, as the API collapses it', async () => {
    const { page } = await open(
      board('chart=hits', 'as=figure', 'interval=minute', 'name=home', 'name=about'),
    );
    const card = await readyCard(page);
    expect(await card.locator('.figure-value').allInnerTexts()).toEqual(['70', '10']);
    const { page: together } = await open(
      board('chart=hits', 'as=figure', 'together=yes', 'name=home', 'name=about'),
    );
    expect(await (await readyCard(together)).locator('.figure-value').allInnerTexts()).toEqual(['80']);
  }, 60_000);

  it('shows an interval by its resolution', async () => {
    const { page } = await open('#last=7d&chart=hits&as=bars&interval=month&detail=yes&name=home');
    const card = await readyCard(page);
    expect(await card.locator('.subtitle').textContent()).toContain('count by day');
    expect((await tableOf(card)).flat()).toContain('70');
  }, 60_000);

  it('shows texts of a gauge as a figure, and says so where they are to be lines', async () => {
    const { page } = await open(
      board('chart=state', 'as=figure', 'name=door', 'chart=state', 'as=lines', 'name=door'),
    );
    expect(await (await readyCard(page, 0)).locator('.figure-value').textContent()).toBe('open <b>wide</b>');
    expect(await (await readyCard(page, 1)).locator('.stage').textContent()).toContain(
      'These readings are texts',
    );
  }, 60_000);

  it.each(['lines', 'bars', 'figure'])(
    'shows names with quotes, tags and emoji as they are, as %s',
    async (kind) => {
      const names = SLY_NAMES.map((name) => `name=${encodeURIComponent(name)}`);
      const { page, errors } = await open(board('chart=hits', `as=${kind}`, 'interval=minute', ...names));
      const card = await readyCard(page);
      await card.getByRole('button', { name: 'Change this chart' }).click();
      await card.locator('.name-option').nth(3).waitFor(SOON);
      const shown = await card.locator('.legend-name, .tile-name').allTextContents();
      expect(shown).toEqual(SLY_NAMES);
      expect(await card.locator('.chip bdi').allTextContents()).toEqual(SLY_NAMES);
      expect(await card.locator('.legend-value, .figure-value').allTextContents()).toEqual(
        kind === 'figure' ? ['1', '2', '3', '4', '5', '6'] : ['0', '0', '0', '0', '0', '0'],
      );
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
      expect(errors).toEqual([]);
    },
    60_000,
  );

  it('shows what is inserted while it is open', async () => {
    const { page } = await open(
      '#last=1h&chart=hits&as=lines&interval=minute&name=home&chart=hits&as=figure&name=home',
    );
    const [lines, figure] = [await readyCard(page, 0), await readyCard(page, 1)];
    await expect(lines.locator('.legend-value').textContent()).resolves.toBe('0');
    await opened.hits.insert('home', 4321);
    await lines.getByText('4,321').waitFor(SOON);
    await figure.getByText('4,391').waitFor(SOON);
    await page.getByRole('button', { name: 'Live' }).click();
    // Pending responses still arrive.
    await page.waitForTimeout(1000);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.waitForTimeout(12_000);
    expect(asked).toEqual([]);
  }, 60_000);

  it('keeps its board in the URL: a copy of it shows the same, and Back undoes', async () => {
    const { page } = await open(
      board('chart=hits', 'as=lines', 'interval=minute', 'name=home', 'title=Visits'),
    );
    await readyCard(page);
    const before = page.url();
    const over = page.locator('.u-over');
    const box = (await over.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL((url) => url.href !== before);
    const range = new URLSearchParams(new URL(page.url()).hash.slice(1));
    expect(Number(range.get('to')) - Number(range.get('from'))).toBeCloseTo(8 * MINUTE, -2);
    const { page: copy } = await visit(browser, page.url());
    expect(await (await readyCard(copy)).locator('.title').textContent()).toBe('Visits');
    expect(await tableOf(await readyCard(copy))).toEqual(await tableOf(await readyCard(page)));
    await page.goBack();
    expect(page.url()).toBe(before);
  }, 60_000);

  it('makes a chart from nothing: its timeseries, names by prefix, kind, interval and transform', async () => {
    const { page, errors } = await open('#last=1h');
    await page.getByText('An empty board.').waitFor();
    await page.getByRole('button', { name: 'Add chart' }).click();
    const card = page.locator('.card');
    await card.getByLabel('Timeseries').selectOption('latency');
    await card.getByRole('checkbox', { name: 'api' }).check();
    await card.and(page.locator('[data-state=ready]')).waitFor(SOON);
    await card.getByRole('radio', { name: 'Lines' }).check();
    await card.getByLabel('Interval').selectOption({ label: 'minute: by minute, kept for 24 hours' });
    await card.getByRole('checkbox', { name: 'p95' }).check();
    await card.getByRole('checkbox', { name: 'mean' }).uncheck();
    await card.getByLabel('Title').fill('Slow ones');
    await card.getByRole('button', { name: 'Done' }).click();
    await readyCard(page);
    expect(new URL(page.url()).hash).toBe(
      '#last=1h&chart=latency&as=lines&title=Slow+ones&interval=minute&show=p95&name=api',
    );
    await card.getByRole('button', { name: 'Change this chart' }).click();
    await card.getByLabel('Timeseries').selectOption('hits');
    await card.getByRole('checkbox', { name: 'home' }).waitFor();
    await card.getByLabel('Names that begin with').fill('ab');
    await card.getByRole('checkbox', { name: 'home' }).waitFor({ state: 'detached' });
    expect(await card.locator('.name-option').allTextContents()).toEqual(['about']);
    await card.getByRole('button', { name: 'Duplicate' }).click();
    expect(await page.locator('.card').count()).toBe(2);
    for (const _ of [1, 2]) {
      const open = page.locator('.card').first();
      if (!(await open.locator('.editor').isVisible()))
        await open.getByRole('button', { name: 'Change this chart' }).click();
      await open.getByRole('button', { name: 'Remove' }).click();
    }
    await page.getByText('An empty board.').waitFor();
    expect(errors).toEqual([]);
  }, 60_000);

  it('says where there is data when there is none in the range, and goes there', async () => {
    const { page } = await open('#last=1h&chart=old&as=bars&name=ship&chart=old&as=bars&name=nobody');
    await page.getByText('There is no data under these names yet.').waitFor(SOON);
    const card = page.locator('.card').first();
    await card.getByText('Nothing in this range. There is data from Sun, 9 Sept 2001').waitFor(SOON);
    await card.getByRole('button', { name: 'Show all of it' }).click();
    expect((await tableOf(await readyCard(page))).flat()).toContain('7');
  }, 60_000);

  it('keeps what it has while the store is away, and goes on by itself', async () => {
    const { page } = await open('#last=1h&chart=hits&as=lines&interval=minute&name=home');
    const card = await readyCard(page);
    served.away(true);
    await card.getByText('The store is away. Trying again.').waitFor(SOON);
    expect(await card.locator('canvas').count()).toBe(1);
    served.away(false);
    await card
      .locator('.warning')
      .and(page.locator(':empty'))
      .waitFor({ ...SOON, state: 'attached' });
  }, 60_000);

  it("shows the library's own message where the API refuses", async () => {
    const { page } = await open(
      board(
        'chart=hits',
        'as=lines',
        'name=home',
        'show=rate',
        'interval=minute',
        'chart=latency',
        'as=lines',
        'name=api',
        'show=p101',
      ),
    );
    const alert = page.locator('.card').nth(1).getByRole('alert');
    await alert.waitFor(SOON);
    expect(await alert.textContent()).toContain('Option "transform" is "p101"; expected one of mean');
  }, 60_000);

  it('asks for a token, again where it was refused, and sends it', async () => {
    const guarded = await serve(opened as Readonly<Record<string, AnyTimeseries>>, 'sesame');
    const { page } = await visit(browser, guarded.url);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Token').fill('wrong');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('It did not take that one.').waitFor(SOON);
    await dialog.getByLabel('Token').fill('sesame');
    await page.keyboard.press('Enter');
    await readyCard(page);
    await page.reload();
    await readyCard(page);
    expect(await dialog.isVisible()).toBe(false);
    await page.context().close();
    await guarded.close();
  }, 60_000);

  it('fits a phone of 390 px, controls and all', async () => {
    const names = SLY_NAMES.map((name) => `name=${encodeURIComponent(name)}`);
    const { page, errors } = await open(
      board(
        'chart=hits',
        'as=bars',
        ...names,
        'chart=latency',
        'as=heat',
        'name=api',
        'chart=hits',
        'as=figure',
        'name=home',
      ),
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    );
    for (const index of [0, 1, 2]) await readyCard(page, index);
    await page.locator('.card').first().getByRole('button', { name: 'Change this chart' }).tap();
    await page.locator('.name-option').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const small = await page
      .locator('.card-head button, .bar button, .bar select')
      .evaluateAll((all) =>
        all.filter((each) => each.getBoundingClientRect().height < 36).map((each) => each.outerHTML),
      );
    expect(small).toEqual([]);
    expect(errors).toEqual([]);
  }, 60_000);

  it('is dark where the system is, and where the button says so', async () => {
    const background = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const fragment = board('chart=hits', 'as=bars', 'interval=minute', 'name=home');
    const { page } = await open(fragment, { colorScheme: 'dark' });
    const card = await readyCard(page);
    expect(await background(page)).toBe('rgb(14, 17, 22)');
    const [dark] = await colorsOf(page, ['--series-0']);
    expect(await columnHeight(card, 8.5 / 16, dark)).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Colours: as the system' }).click();
    expect(await background(page)).toBe('rgb(244, 246, 249)');
    const [light] = await colorsOf(page, ['--series-0']);
    expect(light).not.toBe(dark);
    expect(await columnHeight(card, 8.5 / 16, light)).toBeGreaterThan(0);
  }, 60_000);
});
