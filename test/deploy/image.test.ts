import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { tempFolder } from '../support/temp-folder.js';

const text = readFileSync(join(packageRoot, 'Dockerfile'), 'utf8');

/** Instructions of the last stage, lines that go on in the next one joined: [name, arguments]. */
const stages = text
  .replace(/\\\n\s*/g, ' ')
  .split(/^(?=FROM )/m)
  .slice(1)
  .map((stage) =>
    stage
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, string] => {
        const [name] = line.split(' ');
        return [name, line.slice(name.length + 1)];
      }),
  );
const last = stages[stages.length - 1];
const argumentOf = (name: string): string => last.filter(([each]) => each === name).at(-1)?.[1] ?? '';
const [UID, GID] = argumentOf('USER').split(':').map(Number);

/** Lays out what the image holds, as its COPY lines say, with the packages that are left after `npm prune --omit=dev`. */
function layOut(t: TestContext): string {
  const root = tempFolder(t);
  chmodSync(root, 0o755);
  const packages = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: packageRoot,
    encoding: 'utf8',
    // Complaints about packages that are there and not asked for end it with 1.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const wanted = packages
    .split('\n')
    .map((path) => path.slice(packageRoot.length + 1))
    .filter((path) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path));
  assert.ok(wanted.length > 50);
  for (const path of wanted) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    // As links where the file system allows: a package would be found beside a link to its folder, needed or not.
    const { status } = spawnSync('cp', ['-al', join(packageRoot, path), join(root, path)]);
    if (status !== 0) cpSync(join(packageRoot, path), join(root, path), { recursive: true });
  }
  for (const [name, rest] of last) {
    if (name !== 'COPY' || rest.includes('node_modules')) continue;
    const parts = rest.split(' ').filter((part) => !part.startsWith('--'));
    const target = parts[parts.length - 1];
    for (const source of parts.slice(0, -1)) {
      const from = source.replace(/^\/build\//, '');
      cpSync(join(packageRoot, from), join(root, target.endsWith('/') ? join(target, from) : target), {
        recursive: true,
      });
    }
  }
  return root;
}

describe('the Dockerfile', () => {
  it('has nothing that a linter of Dockerfiles finds', () => {
    const { validate } = createRequire(import.meta.url)('dockerfile-utils') as {
      validate(text: string, settings?: object): { message: string; range: { start: { line: number } } }[];
    };
    assert.notDeepEqual(validate('FROM node\nEXPOSE much\nRUN'), []);
    assert.deepEqual(
      validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`),
      [],
    );
  });

  it('pins its base, has no shell in the way of signals, and no root', () => {
    for (const [[, from]] of stages) assert.match(from, /^node:\d+\.\d+\.\d+-slim/);
    assert.deepEqual(JSON.parse(argumentOf('ENTRYPOINT')), ['headroom']);
    assert.deepEqual(JSON.parse(argumentOf('CMD')), ['serve']);
    assert.ok(UID > 0 && GID > 0);
    assert.match(argumentOf('HEALTHCHECK'), /CMD \["node"/);
    for (const [, rest] of stages.flat()) {
      assert.doesNotMatch(rest, /^sudo |curl .*\| *sh|:latest| --no-check/);
      assert.doesNotMatch(rest, /ADD https?:/);
    }
  });

  it('copies what exists and what .dockerignore lets through', () => {
    const ignored = readFileSync(join(packageRoot, '.dockerignore'), 'utf8').trim().split('\n');
    for (const [name, rest] of stages.flat()) {
      if (name !== 'COPY' || rest.startsWith('--from')) continue;
      for (const source of rest.split(' ').slice(0, -1)) {
        assert.ok(existsSync(join(packageRoot, source)), source);
        assert.ok(
          !ignored.some((each) => source === each || source.startsWith(`${each}/`)),
          `${source} is ignored`,
        );
      }
    }
    // Secrets and what is built elsewhere stay out of the build.
    for (const each of ['.env', '.git', 'node_modules', 'dist', 'data']) assert.ok(ignored.includes(each));
  });

  it('holds all that the service needs: it runs there as a stranger, is healthy, and ends with 0 on SIGTERM', {
    timeout: 120_000,
  }, async (t) => {
    const root = layOut(t);
    const home = tempFolder(t);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(home, UID, GID);
    const before = readdirSync(root).sort();
    const config = join(home, 'headroom.yaml');
    writeFileSync(config, 'listen: { port: 0 }\nstore: { folder: data }\n');
    // The environment of the image, and nothing of the one in which the tests run.
    const environment = { PATH: process.env.PATH, NODE_ENV: 'production' };
    const options = { cwd: home, env: environment, ...(isRoot ? { uid: UID, gid: GID } : {}) };
    const main = join(root, 'dist/src/main.js');
    const child = spawn(main, ['serve', '--config', config], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
    });
    const url = await new Promise<string>((resolve, reject) => {
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (piece: string) => {
        out += piece;
        const found = /^headroom listens on (\S+)/m.exec(out);
        if (found) resolve(found[1]);
      });
      child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${said}`)));
    });
    const [program, ...rest] = JSON.parse(
      /CMD (\[.*\])$/.exec(argumentOf('HEALTHCHECK'))?.[1] ?? '[]',
    ) as string[];
    const check = (address: string) =>
      spawnSync(
        program,
        rest.map((each) => each.replace('http://127.0.0.1:8420', address)),
        options,
      ).status;
    assert.equal(check(url), 0);
    const explained = spawnSync(main, ['check', '--explain', 'rule/never-fires'], {
      ...options,
      encoding: 'utf8',
    });
    assert.deepEqual([explained.status, explained.stderr], [0, '']);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null], said);
    assert.equal(check(url), 1);
    assert.deepEqual(readdirSync(root).sort(), before);
    assert.ok(existsSync(join(home, 'data/headroom.duckdb')));
  });
});
