// Bundles main.mjs of the current folder: node bundle.mjs esbuild esm
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [bundler, format, tools] = process.argv.slice(2);
const require = createRequire(join(tools, 'package.json'));
const load = async (name) => {
  const module = await import(pathToFileURL(require.resolve(name)).href);
  return module.default ?? module;
};
const esm = format === 'esm';
const entry = join(process.cwd(), 'main.mjs');
const folder = join(process.cwd(), 'bundled', `${bundler}-${format}`);
const file = esm ? 'main.mjs' : 'main.cjs';
const addons = ['better-sqlite3'];
/** esbuild gives CommonJS code inside an ES module no `require`. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const bundlers = {
  async esbuild() {
    const { build } = await load('esbuild');
    await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format,
      outfile: join(folder, file),
      external: addons,
      ...(esm && { banner: { js: banner } }),
    });
  },
  async webpack() {
    const webpack = await load('webpack');
    const stats = await new Promise((resolve, reject) => {
      const options = {
        mode: 'production',
        target: 'node20',
        context: process.cwd(),
        entry,
        externals: Object.fromEntries(addons.map((name) => [name, `${esm ? 'module' : 'commonjs'} ${name}`])),
        experiments: { outputModule: esm },
        output: { path: folder, filename: file, library: { type: esm ? 'module' : 'commonjs2' } },
      };
      webpack(options, (error, done) => (error ? reject(error) : resolve(done)));
    });
    if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  },
  async rollup() {
    const { rollup } = await load('rollup');
    const resolve = await load('@rollup/plugin-node-resolve');
    const commonjs = await load('@rollup/plugin-commonjs');
    // ioredis, mongodb, mysql2 and cassandra-driver contain JSON, which Rollup alone does not load.
    const json = await load('@rollup/plugin-json');
    const bundle = await rollup({
      input: entry,
      external: addons,
      plugins: [(resolve.nodeResolve ?? resolve)({ preferBuiltins: true }), commonjs(), json()],
      onwarn: () => undefined,
    });
    const chunks = esm ? '[name].mjs' : '[name].cjs';
    await bundle.write({
      dir: folder,
      format: esm ? 'es' : 'cjs',
      entryFileNames: file,
      chunkFileNames: chunks,
    });
  },
  async vite() {
    const { build } = await import(pathToFileURL(join(tools, 'node_modules/vite/dist/node/index.js')).href);
    const chunks = esm ? '[name].mjs' : '[name].cjs';
    await build({
      root: process.cwd(),
      configFile: false,
      ssr: { noExternal: true, external: addons },
      build: {
        ssr: entry,
        outDir: folder,
        rollupOptions: {
          output: { format: esm ? 'es' : 'cjs', entryFileNames: file, chunkFileNames: chunks },
        },
      },
    });
  },
};

await bundlers[bundler]();
