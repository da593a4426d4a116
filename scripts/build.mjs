// Compiles everything into dist/ and makes the command executable; `npm ci` runs it. With --if-changed (before tests) it does
// nothing while dist/ is newer than every source.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';

const STAMP = 'dist/.built';
const SOURCES = [
  'scripts',
  'src',
  'test',
  'bench',
  'accuracy',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

function newestIn(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = readdirSync(path).map((name) => newestIn(`${path}/${name}`));
  // The folder's own time tells of files that were removed.
  return Math.max(stat.mtimeMs, ...inside);
}

function isUpToDate() {
  return existsSync(STAMP) && statSync(STAMP).mtimeMs > Math.max(...SOURCES.map(newestIn));
}

/**
 * With this file `npx headroom` finds the command at once. A `bin` in package.json would be worse than none: for a
 * command of the project itself npm 11 first installs the whole checkout into its cache, which builds it again.
 */
function makeCommand() {
  const command = 'node_modules/.bin/headroom';
  mkdirSync('node_modules/.bin', { recursive: true });
  rmSync(command, { force: true });
  writeFileSync(command, "#!/usr/bin/env node\nimport('../../dist/src/main.js');\n", { mode: 0o755 });
}

if (!process.argv.includes('--if-changed') || !isUpToDate()) {
  rmSync('dist', { recursive: true, force: true });
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {
    stdio: 'inherit',
  });
  chmodSync('dist/src/main.js', 0o755);
  execFileSync(process.execPath, ['scripts/build-page.mjs'], { stdio: 'inherit' });
  makeCommand();
  writeFileSync(STAMP, '');
}
