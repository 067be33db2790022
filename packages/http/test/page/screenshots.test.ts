import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { browserSuite, launch, visit } from './browser.js';
import { type Served, serve } from './serve.js';
import { openShop, type Shop } from './shop.js';

const folder = fileURLToPath(new URL('../../../../docs/images/', import.meta.url));
const now = Math.floor(Date.now() / 1000);

const BOARD = [
  'last=6h',
  'chart=requests&as=figure&title=Requests&together=yes&name=home&name=search&name=api&name=checkout',
  'chart=latency&as=heat&title=Checkout latency (ms)&name=checkout',
  'chart=requests&as=bars&title=Requests by route&name=home&name=search&name=api&name=checkout',
  'chart=latency&as=lines&title=Checkout latency, percentiles (ms)&show=median&show=p95&show=p99&name=checkout',
  'chart=stock&as=lines&title=In stock&name=shirts&name=mugs',
  'chart=basket&as=lines&title=Basket value&show=mean&show=p90&name=web',
].join('&');

const views = [
  { name: 'page-light', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'page-dark', width: 1280, height: 860, colorScheme: 'dark' },
  { name: 'page-phone', width: 390, height: 844, colorScheme: 'light' },
] as const;

browserSuite('the pictures of the page', () => {
  let shop: Shop;
  let served: Served;
  let browser: Browser;

  beforeAll(async () => {
    shop = await openShop(now);
    served = await serve(shop.timeseries);
    browser = await launch();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await shop?.close();
  });

  it.each(views)(
    '$name: a board of every kind of chart is drawn without an error',
    async ({ name, width, height, colorScheme }) => {
      const { page, errors } = await visit(browser, `${served.url}#${encodeURI(BOARD)}`, {
        viewport: { width, height },
        colorScheme,
      });
      await page.locator('.card[data-state=ready]').nth(5).waitFor();
      await page.waitForTimeout(300);
      // Screenshots are taken only for the README: `npm run screenshots`.
      if (process.env.SCREENSHOTS !== undefined)
        await page.screenshot({ path: `${folder}${name}.png`, scale: 'css' });
      expect(errors).toEqual([]);
      await page.context().close();
    },
    60_000,
  );
});
