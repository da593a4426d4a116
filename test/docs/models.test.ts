import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { checkSection, isUpdate, proseOf, readPage, sectionOf } from './pages.js';

/** Files beside the shapes that are none. */
const HELPERS = ['index', 'shape', 'least-squares'];

/** A picture of a page is read over slow lines, too. */
const MOST_BYTES = 60_000;

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly file: string;
}

/** Every upper-case constant of the trend room that is a number, numbers in brackets, or a formula of such. */
function parametersOfCode(): Parameter[] {
  const folder = join(packageRoot, 'src/trend');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.sort().flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const constants = text.matchAll(/^(?:export )?const ([A-Z][A-Z0-9_]*)(?:: [\w[\] ]+)? =\s([^;]+);/gm);
    return [...constants].flatMap(([, name, expression]) => {
      const value = expression.replace(/\s+/g, ' ').replace(/, \]/g, ' ]').trim();
      return isNumeric(value) ? [{ name, value, file }] : [];
    });
  });
}

function isNumeric(expression: string): boolean {
  const numbers = expression.replace(/\bMath\.\w+|\b[A-Z][A-Z0-9_]*\b|\b[a-z]\w*:/g, '');
  return /^[-\d\s.,e_*/+()[\]{}]*$/.test(numbers);
}

/** What is written of a parameter: what it does, and why it has this value. */
function wordsByParameter(): Map<string, string> {
  const rows = sectionOf(readPage('docs/models.md'), 'parameters').inside.matchAll(
    /^\| `(\w+)` \| .+? \| `?([\w/.-]+\.ts)`? \| (.+ \| .+) \|$/gm,
  );
  return new Map(
    [...rows].flatMap(([, name, file, words]) => [
      [`${name} ${file}`, words],
      [name, words],
    ]),
  );
}

describe('docs/models.md', () => {
  it('has every parameter of the trend room as it is, what it does and its reason, and none that is gone', () => {
    const words = wordsByParameter();
    const rows = parametersOfCode().map(({ name, value, file }) => {
      // With UPDATE_DOCS a parameter keeps its words when its file changes.
      const said = words.get(`${name} ${file}`) ?? (isUpdate ? words.get(name) : undefined);
      assert.ok(said || isUpdate, `docs/models.md says nothing of ${name} of src/trend/${file}`);
      return `| \`${name}\` | ${value} | ${file} | ${said ?? '? | ?'} |`;
    });
    checkSection(
      'docs/models.md',
      'parameters',
      `| name | value | file | what it does | reason |\n|---|---|---|---|---|\n${rows.join('\n')}`,
    );
    for (const row of rows)
      assert.ok(!row.endsWith('| ? | ? |'), `write what it does and its reason: ${row}`);
  });
});

describe('docs/models', () => {
  const pages = readdirSync(join(packageRoot, 'docs/models')).map((file) => join('docs/models', file));

  it('has a page for every shape, of the same name', () => {
    const files = readdirSync(join(packageRoot, 'src/trend/shapes')).map((file) => file.replace(/\.ts$/, ''));
    for (const name of files.filter((file) => !HELPERS.includes(file))) {
      assert.ok(pages.includes(`docs/models/${name}.md`), `there is no docs/models/${name}.md`);
    }
  });

  it('has pages of one form, reached from docs/models.md, each with a picture that exists and is small', () => {
    const index = proseOf('docs/models.md');
    for (const page of pages) {
      const text = readPage(page);
      assert.ok(index.includes(`(${page.slice('docs/'.length)})`), `${page} is not in docs/models.md`);
      for (const heading of [
        'Formula',
        'Assumptions',
        'Gaps and few points',
        'What it gets wrong',
        'Literature',
      ]) {
        assert.match(text, new RegExp(`^## ${heading}$`, 'm'), `${page} has no heading ${heading}`);
      }
      const pictures = [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, target]) =>
        join(dirname(page), target),
      );
      assert.ok(pictures.length > 0, `${page} has no picture`);
      for (const picture of pictures) {
        const file = join(packageRoot, picture);
        assert.ok(existsSync(file), `${page}: there is no ${picture}`);
        assert.ok(statSync(file).size < MOST_BYTES, `${picture} is too large`);
      }
    }
  });
});
