import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Suites that need a browser. `TEST_CHROMIUM=false` skips them. */
export const browserSuite = process.env.TEST_CHROMIUM === 'false' ? describe.skip : describe;

/** A page in a browser, with its errors. */
export interface Visit {
  readonly page: Page;
  /** Console errors and uncaught exceptions. */
  readonly errors: readonly string[];
}

export function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (executablePath === undefined)
    throw new Error('CHROMIUM_PATH is not set; run the tests with "pnpm test", which finds a Chromium');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
  });
}

/** Opens a URL in a new window. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  return { page, errors };
}
