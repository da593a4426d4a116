// Bundles src/page into dist/page: hashed names, one file for each view that is loaded on demand, and each text packed beside
// itself, so that the service packs nothing when it is asked.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'vite';

await build({
  root: 'src/page',
  // Addresses are relative: the service may stand in a folder behind a proxy.
  base: './',
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
const assets = 'dist/page/assets';
for (const name of readdirSync(assets).filter((each) => /\.(js|css|svg)$/.test(each))) {
  const body = readFileSync(`${assets}/${name}`);
  writeFileSync(`${assets}/${name}.gz`, gzipSync(body, { level: 9 }));
  writeFileSync(`${assets}/${name}.br`, brotliCompressSync(body));
}
