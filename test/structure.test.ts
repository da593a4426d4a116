import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../src/paths.js';

/** The rooms in the order in which a sample walks; each may look back along the line, never ahead. */
const LINE = ['receive', 'store', 'audit', 'trend', 'evaluate', 'alert', 'dispatch', 'notify', 'publish'];
/** What every file may use. */
const COMMON = ['telemetry', 'problem.ts', 'clock.ts', 'paths.ts'];
/** Those that stand beside the line and join its rooms, and what they may use beside it. */
const JOINING: Readonly<Record<string, readonly string[]>> = {
  // Options of the rooms, and the reading of YAML that evaluate has.
  config: [],
  pipeline: [],
  serve: ['pipeline', 'config', 'check', 'editor', 'backtest'],
  replay: ['pipeline'],
  'rule-test': ['pipeline', 'replay'],
  backtest: ['pipeline', 'replay'],
  demo: ['config', 'serve', 'agent'],
  agent: [],
  check: ['config', 'replay'],
  editor: ['config', 'rule-test'],
  // In the browser: of the service it has the types of what the API answers, see below.
  page: ['serve'],
  cli: ['config', 'pipeline', 'serve', 'replay', 'rule-test', 'backtest', 'demo', 'agent', 'check', 'editor'],
  'main.ts': ['cli'],
};
/** Folders of adapters: each file, or folder, of one is an adapter of its own. */
const ADAPTERS = ['store/backends', 'notify/channels', 'evaluate/kinds', 'trend/shapes', 'receive/protocols'];
/**
 * Parts of an adapter folder that its adapters share: their contract, and what two of them have in common. `influx-*`
 * and `line-row` are one adapter that does not fit one file.
 */
const SHARED_BY_ADAPTERS = new Set([
  'evaluate/kinds/kind.ts',
  'evaluate/kinds/words.ts',
  'trend/shapes/shape.ts',
  'trend/shapes/least-squares.ts',
  'receive/protocols/rfc3339.ts',
  'receive/protocols/json-fault.ts',
]);
/** What the page may have of the service: nothing that would carry a server into a browser. */
const FOR_THE_PAGE = new Set(
  [
    'serve/shapes.ts',
    'serve/node-shapes.ts',
    'serve/silence-shapes.ts',
    'serve/delivery-shapes.ts',
    'serve/rules/shapes.ts',
    'telemetry/units.ts',
  ].map((file) => `page ${file}`),
);
const MOST_LINES = 350;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

const source = join(packageRoot, 'src');
const files = new Map(
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
    .map((file) => [file, readFileSync(join(source, file), 'utf8')] as const),
);
const imports = [...files].flatMap(([file, text]) => importsOf(file, text));

/** Imports and re-exports of files of the project, types included. */
function importsOf(file: string, text: string): Import[] {
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+(?<!\.css))'/g);
  return [...found].map(([, path]) => {
    const source = join(dirname(file), path).replace(/\.js$/, '.ts');
    const to = isView(source) ? `${source}x` : source;
    return { from: file, to, text: `${file} imports ${to}` };
  });
}

/** What src/page has in tsx. */
function isView(source: string): boolean {
  return source.startsWith('page/') && !existsSync(join(packageRoot, 'src', source));
}

/** The room of a file: its first folder, or the file itself. */
function roomOf(file: string): string {
  return file.split('/')[0];
}

function mayImport(from: string, to: string): boolean {
  if (from === to || COMMON.includes(to)) return true;
  const place = LINE.indexOf(from);
  if (place >= 0) return LINE.slice(0, place).includes(to);
  return from in JOINING && (LINE.includes(to) || JOINING[from].includes(to));
}

/** The adapter that a file is or belongs to; undefined for other files. */
function adapterOf(file: string): string | undefined {
  const folder = ADAPTERS.find((each) => file.startsWith(`${each}/`));
  if (folder === undefined || SHARED_BY_ADAPTERS.has(file)) return undefined;
  const name = file
    .slice(folder.length + 1)
    .split('/')[0]
    .replace(/\.ts$/, '');
  if (name === 'index') return undefined;
  return `${folder}/${name.replace(/^(influx|line|json)-.*/, '$1').replace(/^line$/, 'influx')}`;
}

describe('the source', () => {
  it('has every file that is imported, and imports that this test can read', () => {
    assert.ok(files.size > 100);
    assert.ok(imports.length > 300);
    const unknown = imports.filter(({ to }) => !files.has(to));
    assert.deepEqual(textsOf(unknown), []);
  });

  it('has imports along the line only: to the own room, to its left, and to what is common', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [here, there] = [roomOf(from), roomOf(to)];
      if (here === 'telemetry') return there !== 'telemetry' && there !== 'problem.ts';
      if (COMMON.includes(here)) return there !== here;
      return !mayImport(here, there);
    });
    assert.deepEqual(textsOf(wrong), []);
  });

  it('has rooms that are entered by their door', () => {
    const wrong = imports.filter(({ from, to }) => {
      const there = roomOf(to);
      const isAnotherRoom = roomOf(from) !== there && to.includes('/') && there !== 'cli';
      return isAnotherRoom && to !== `${there}/index.ts` && !FOR_THE_PAGE.has(`${from.split('/')[0]} ${to}`);
    });
    assert.deepEqual(textsOf(wrong), []);
  });

  it('has a page that carries nothing of the service into browsers but words for numbers', () => {
    const pages = [...files].filter(([file]) => roomOf(file) === 'page');
    assert.ok(pages.length > 20);
    const wrong = pages.flatMap(([file, text]) => {
      const values = text.replace(/(?:import|export) type [^;]*;/g, '');
      const ofService = importsOf(file, values).filter(({ to }) => roomOf(to) !== 'page');
      const needsNode = /\b(?:from|import) 'node:|\b(?:Buffer|process)\./.test(values);
      return [
        ...ofService.filter(({ to }) => to !== 'telemetry/units.ts').map((each) => each.text),
        ...(needsNode ? [`${file} needs Node`] : []),
      ];
    });
    assert.deepEqual(wrong, []);
  });

  it('has adapters that do not know each other', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [here, there] = [adapterOf(from), adapterOf(to)];
      return here !== undefined && there !== undefined && here !== there;
    });
    assert.deepEqual(textsOf(wrong), []);
  });

  it('has no circles of imports between files', () => {
    // Types vanish when it is compiled; what is left must be loadable in some order.
    const needs = new Map<string, string[]>();
    for (const [file, text] of files) {
      const values = text.replace(/(?:import|export) type [^;]*;/g, '');
      needs.set(
        file,
        importsOf(file, values).map(({ to }) => to),
      );
    }
    assert.equal(findCircle(needs), undefined);
  });

  it('has a sign at the door of every room', () => {
    const doors = [...files].filter(([file]) => /^[^/]+\/index\.ts$/.test(file));
    assert.ok(doors.length >= 12);
    const rooms = new Set([...files.keys()].filter((file) => file.includes('/')).map(roomOf));
    rooms.delete('cli');
    assert.deepEqual(
      [...rooms].filter((room) => !files.has(`${room}/index.ts`)),
      [],
    );
    for (const [file, text] of doors) {
      const sign = /^(?:\/\/.*\n)+/.exec(text)?.[0].split('\n').length ?? 1;
      assert.ok(sign - 1 >= 1 && sign - 1 <= 5, `${file} begins with a sign of one to five lines`);
    }
  });

  it('has files of a size that one can read', () => {
    const long = [...files].filter(([, text]) => text.split('\n').length - 1 > MOST_LINES);
    assert.deepEqual(
      long.map(([file]) => file),
      [],
    );
  });

  it('has no any and no default exports', () => {
    const faults = [...files].flatMap(([file, text]) =>
      withoutTexts(text)
        .split('\n')
        .flatMap((line, index) =>
          /[:<,|&]\s*any\b(?!\s+\w)|\bas any\b|\bexport default\b/.test(line)
            ? [`${file}:${index + 1} ${line.trim()}`]
            : [],
        ),
    );
    assert.deepEqual(faults, []);
  });
});

function textsOf(wrong: readonly Import[]): string[] {
  return wrong.map(({ text }) => text);
}

/** Code without comments and string literals, line by line as it was. */
function withoutTexts(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(?<![:'"`\\])\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}

/** A circle as the files on it, or undefined. */
function findCircle(needs: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const needed of needs.get(file) ?? []) {
      const circle = visit(needed);
      if (circle) return circle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of needs.keys()) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return undefined;
}
