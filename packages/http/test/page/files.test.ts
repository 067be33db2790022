import { page } from '../../src/page/index.js';

const MOST_BYTES = 150_000;

async function assets(): Promise<string[]> {
  const html = (await page('/')?.text()) ?? '';
  return [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].flatMap(([, path]) => path ?? []);
}

describe('the files of the page', () => {
  it('are at most 150 kB in all', async () => {
    const paths = ['/', ...(await assets())];
    expect(paths.map((path) => path.replace(/.*\./, '.')).sort()).toEqual(['.css', '.js', '.svg', '/']);
    const sizes = await Promise.all(
      paths.map(async (path) => (await page(path)?.arrayBuffer())?.byteLength ?? Number.NaN),
    );
    expect(sizes.reduce((all, size) => all + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('have their content types, and are kept where their names tell their content', async () => {
    const headers = (path: string) => {
      const found = page(path)?.headers;
      return [found?.get('content-type'), found?.get('cache-control')];
    };
    expect(headers('/')).toEqual(['text/html; charset=utf-8', 'no-cache']);
    expect(headers('/licenses.md')).toEqual(['text/markdown; charset=utf-8', 'no-cache']);
    const kept = 'public, max-age=31536000, immutable';
    expect((await assets()).map(headers).sort()).toEqual([
      ['image/svg+xml', kept],
      ['text/css; charset=utf-8', kept],
      ['text/javascript; charset=utf-8', kept],
    ]);
  });

  it('let nothing run but the scripts of the server', async () => {
    const policy = page('/')?.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    const html = (await page('/')?.text()) ?? '';
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });

  it.each(['/nothing', '/../index.js', '/index.js', '/assets', '/assets/', '//'])(
    'have none at %s',
    (path) => {
      expect(page(path)).toBeUndefined();
    },
  );
});
