import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { Hono } from 'hono';
import { createHandler, type Handler, toNodeListener } from '../src/index.js';
import { type All, closeAll, openAll } from './support/open.js';

let all: All;
const servers: Server[] = [];

beforeAll(async () => {
  all = await openAll();
});

afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await closeAll(all);
});

async function serve(server: Server): Promise<{ origin: string; port: number }> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return { origin: `http://127.0.0.1:${address.port}`, port: address.port };
}

const json = { 'content-type': 'application/json' };

describe('toNodeListener', () => {
  it("serves by Node's own server", async () => {
    const { origin } = await serve(createServer(toNodeListener(createHandler(all, { insert: true }))));
    const body = JSON.stringify({ name: 'node', value: 2 });
    const posted = await fetch(`${origin}/api/hits/inserts`, { method: 'POST', headers: json, body });
    expect(await posted.json()).toEqual({ stored: 3, expired: 0 });
    const read = await fetch(`${origin}/api/hits/series?name=node&interval=minute&steps=1&collapse`);
    expect(read.headers.get('content-type')).toBe('application/json');
    expect(await read.json()).toEqual([[expect.any(Number), 2]]);
    expect((await fetch(`${origin}/api/none/names`)).status).toBe(404);
    const head = await fetch(`${origin}/api/timeseries`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('hands the request on as it came, and the answer', async () => {
    const seen: Request[] = [];
    const handler: Handler = async (request) => {
      seen.push(request);
      const headers = new Headers({ 'x-one': '1' });
      headers.append('set-cookie', 'a=1; Path=/');
      headers.append('set-cookie', 'b=2');
      return new Response(await request.text(), { status: 202, headers });
    };
    const { port } = await serve(createServer(toNodeListener(handler)));
    const sent = request({
      port,
      path: '//x/%ff?a=b&a=%26',
      method: 'PUT',
      headers: { host: 'kairos.test', 'x-two': ['1', '2'] },
    });
    sent.end('body');
    const [answer] = await once(sent, 'response');
    expect(answer.statusCode).toBe(202);
    expect(answer.headers).toMatchObject({ 'x-one': '1', 'set-cookie': ['a=1; Path=/', 'b=2'] });
    expect(await text(answer)).toBe('body');
    expect(seen[0]).toMatchObject({ url: 'http://kairos.test//x/%ff?a=b&a=%26', method: 'PUT' });
    expect(seen[0]?.headers.get('x-two')).toBe('1, 2');
  });

  it('answers 400 to what is no request of the web', async () => {
    const { port } = await serve(createServer(toNodeListener(createHandler(all))));
    for (const head of [
      'TRACE / HTTP/1.1\r\nHost: a',
      'GET / HTTP/1.1\r\nHost: a b',
      'OPTIONS * HTTP/1.1\r\nHost: a',
      'GET / HTTP/1.1\r\nHost: a/b?',
    ]) {
      const socket = connect(port, '127.0.0.1');
      socket.write(`${head}\r\nConnection: close\r\n\r\n`);
      expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /);
    }
  });

  it('takes a whole URL, as proxies send it', async () => {
    const { port } = await serve(createServer(toNodeListener(createHandler(all))));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET http://b/api/timeseries HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 /);
  });

  it('answers 500 and prints what the handler rejects with', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const failure = new Error('secret');
    const { origin } = await serve(createServer(toNodeListener(() => Promise.reject(failure))));
    const response = await fetch(origin);
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error']);
    expect(printed).toHaveBeenCalledWith(failure);
    printed.mockRestore();
  });

  it('goes on when a client leaves in the middle of an answer', async () => {
    const printed = jest.spyOn(console, 'error');
    const big = 'x'.repeat(50_000_000);
    const { origin, port } = await serve(createServer(toNodeListener(async () => new Response(big))));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    expect((await (await fetch(origin)).text()).length).toBe(big.length);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });
});

describe('Express', () => {
  it('mounts it at a path, beside routes of its own', async () => {
    const app = express();
    app.use('/kairos', toNodeListener(createHandler(all, { insert: true })));
    app.get('/', (_, response) => void response.send('home'));
    const { origin } = await serve(createServer(app));
    expect(await (await fetch(`${origin}/kairos/api/timeseries`)).json()).toEqual(Object.keys(all));
    const body = JSON.stringify({ name: 'express' });
    const posted = await fetch(`${origin}/kairos/api/hits/inserts`, { method: 'POST', headers: json, body });
    expect(posted.status).toBe(200);
    expect(await (await fetch(origin)).text()).toBe('home');
    const bare = await fetch(`${origin}/kairos?board=1`, { redirect: 'manual' });
    expect([bare.status, bare.headers.get('location')]).toEqual([308, '/kairos/?board=1']);
  });

  it('gets what the handler rejects with', async () => {
    const app = express();
    app.use(toNodeListener(() => Promise.reject(new Error('down'))));
    app.use((error: Error, _: express.Request, response: express.Response, __: express.NextFunction) => {
      response.status(502).send(error.message);
    });
    const { origin } = await serve(createServer(app));
    const response = await fetch(origin);
    expect([response.status, await response.text()]).toEqual([502, 'down']);
  });
});

describe('Hono', () => {
  it('mounts it at a path, which it takes off the URL', async () => {
    const app = new Hono();
    app.mount('/kairos', createHandler(all));
    app.get('/', (context) => context.text('home'));
    expect(await (await app.request('/kairos/api/timeseries')).json()).toEqual(Object.keys(all));
    expect(await (await app.request('/')).text()).toBe('home');
  });

  it('routes to it with basePath, where the path stays in the URL', async () => {
    const app = new Hono();
    const handler = createHandler(all, { basePath: '/kairos' });
    app.all('/kairos/*', ({ req }) => handler(req.raw));
    expect(await (await app.request('/kairos/api/timeseries')).json()).toEqual(Object.keys(all));
    expect((await app.request('/kairos')).headers.get('location')).toBe('/kairos/');
  });
});
