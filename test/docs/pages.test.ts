import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/config/index.js';
import { compileRules, formatFinding } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { parseNames } from '../../src/receive/names/index.js';
import { anchorsOf, blocksOf, PAGES, proseOf, readPage } from './pages.js';

const TOKENS = { HEADROOM_AGENT_TOKEN: 'token-of-agents', HEADROOM_ADMIN_TOKEN: 'token-of-people' };
const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

function readJson(path: string): { scripts: Record<string, string> } {
  return JSON.parse(readFileSync(join(packageRoot, path), 'utf8'));
}

describe('the pages', () => {
  for (const page of PAGES) {
    it(`${page} has links that lead somewhere`, () => {
      for (const [, target] of proseOf(page).matchAll(/!?\[[^\]]*\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path, anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        assert.ok(existsSync(join(packageRoot, file)), `${target}: there is no ${file}`);
        if (anchor !== undefined) assert.ok(anchorsOf(file).has(anchor), `${target}: no such heading`);
      }
    });

    it(`${page} names files and scripts that exist`, () => {
      const text = readPage(page);
      const paths = text.matchAll(
        /`((?:src|test|rules|names|docs|scripts|bench|examples|dashboards)\/[\w./-]+)`/g,
      );
      for (const [, path] of paths)
        if (!path.includes('NAME')) assert.ok(existsSync(join(packageRoot, path)), `there is no ${path}`);
      const { scripts } = readJson('package.json');
      for (const [, name] of text.matchAll(/\bnpm run ([\w:-]+)/g)) {
        assert.ok(scripts[name], `there is no script ${name}`);
      }
    });
  }

  it('are all reached from the index of docs, and the index from the README', () => {
    assert.match(proseOf('README.md'), /\(docs\/README\.md\)/);
    const index = proseOf('docs/README.md');
    const checks = proseOf('docs/check.md');
    for (const page of PAGES.filter((file) => file.startsWith('docs/') && file !== 'docs/README.md')) {
      const [place, text] = page.startsWith('docs/checks/')
        ? ['docs/check.md', checks]
        : ['docs/README.md', index];
      assert.ok(text.includes(`(${page.slice('docs/'.length)})`), `${page} is not in ${place}`);
    }
  });

  it('have YAML that loads, where it is marked as rules, config or names', () => {
    let count = 0;
    for (const { page, line, language, marks, text } of PAGES.flatMap(blocksOf)) {
      if (language !== 'yaml') continue;
      const file = `${page}:${line}`;
      if (marks.includes('rules'))
        assert.deepEqual(compileRules([{ file, text }]).findings.map(formatFinding), []);
      else if (marks.includes('config')) {
        assert.deepEqual(readConfig(file, text, TOKENS).findings.map(formatFinding), []);
      } else if (marks.includes('names')) {
        const { tables, prometheus } = parseNames(text, file);
        assert.ok(tables.length > 0 || prometheus);
      } else continue;
      count++;
    }
    assert.ok(count >= 3);
  });
});

describe('the README', () => {
  it('is a page, not a book', () => {
    assert.ok(readPage('README.md').split('\n').length <= 121);
  });

  it('lists the commands that there are', () => {
    const help = execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' });
    const commands = [...help.matchAll(/^ {2}([a-z]+) [ []/gm)]
      .map(([, name]) => name)
      .filter((name) => name !== 'help');
    assert.ok(commands.length >= 5);
    const listed = [...readPage('README.md').matchAll(/^\| `(?:npx )?headroom (\w+)/gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual(listed.sort(), commands.sort());
  });
});

describe('what ships beside the code', () => {
  it('is run by `npx headroom`, without asking a registry', () => {
    const environment = {
      ...process.env,
      npm_config_registry: 'http://127.0.0.1:9',
      npm_config_fetch_retries: '0',
    };
    const options = { cwd: packageRoot, encoding: 'utf8', env: environment, timeout: 60_000 } as const;
    assert.match(execFileSync('npx', ['headroom', '--help'], options), /^Usage: headroom/);
  });

  it('has a lock that `npm ci` takes on every platform, wherever packages come from', () => {
    const { packages } = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; optionalDependencies?: Record<string, string> }>;
    };
    for (const [path, { resolved, optionalDependencies = {} }] of Object.entries(packages)) {
      assert.equal(resolved, undefined, `${path} names the registry that it came from`);
      for (const name of Object.keys(optionalDependencies)) {
        assert.ok(packages[`node_modules/${name}`], `${name} is missing: run node scripts/complete-lock.mjs`);
      }
    }
  });

  it('has an example configuration that loads once its tokens are set', () => {
    const text = readFileSync(join(packageRoot, 'examples/headroom.yaml'), 'utf8');
    assert.deepEqual(readConfig('headroom.yaml', text, TOKENS).findings.map(formatFinding), []);
    assert.match(
      readConfig('headroom.yaml', text, {}).findings.map(formatFinding).join('\n'),
      /HEADROOM_AGENT_TOKEN/,
    );
  });
});
