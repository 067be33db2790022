import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Suites in a browser, left out where `TEST_CHROMIUM=false` says so. */
export const browserSuite = process.env.TEST_CHROMIUM === 'false' ? describe.skip : describe;

/** A page in a browser, with what went wrong in it. */
export interface Visit {
  readonly page: Page;
  /** What the console was told of errors, and what was thrown. */
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

/** Opens a URL in a window of its own. */
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
