import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { packageRoot } from '../../paths.js';
import { Problem } from '../../problem.js';

export interface PageFile {
  readonly type: string;
  /** Of the content, quoted as in the ETag header. */
  readonly etag: string;
  /** By content coding; `identity` is there always. */
  readonly bodies: Readonly<Partial<Record<Coding, Buffer>>> & { readonly identity: Buffer };
}

type Coding = 'br' | 'gzip' | 'identity';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What `npm run build` has made of src/page: the frame, and its assets by their hashed names. Held in memory; they are small. */
export class PageFiles {
  readonly #folder: string;
  readonly #files = new Map<string, PageFile>();

  constructor(folder = join(packageRoot, 'dist/page')) {
    this.#folder = folder;
    const assets = join(folder, 'assets');
    const names = existsSync(assets) ? readdirSync(assets) : [];
    for (const name of names) {
      const type = TYPES[extname(name)];
      if (type !== undefined) this.#files.set(name, read(join(assets, name), type));
    }
  }

  /** @throws Problem not-found */
  asset(name: string): PageFile {
    const file = this.#files.get(name);
    if (file) return file;
    const cure = 'Load the page again: it may be of an earlier version.';
    throw new Problem('not-found', `there is no asset "${name}"`, { cure });
  }

  /** The frame for an address so many folders below the page's own. @throws Problem not-found when it was not built */
  frame(depth: number): PageFile {
    const file = join(this.#folder, 'index.html');
    if (!existsSync(file)) {
      throw new Problem('not-found', 'the page was not built', { cure: 'Run `npm run build`.' });
    }
    // Whatever stands before the service may put it into a folder; addresses are relative to where the page begins.
    const base = depth === 0 ? './' : '../'.repeat(depth);
    const html = readFileSync(file, 'utf8').replace(/<base href="[^"]*"/, `<base href="${base}"`);
    const identity = Buffer.from(html);
    return { type: TYPES['.html'], etag: etagOf(identity), bodies: { identity } };
  }
}

/** The body in a coding that the client takes (RFC 9110 12.5.3), smallest first. */
export function chooseBody({ bodies }: PageFile, accepted: string | undefined): [Coding, Buffer] {
  const offered = (accepted ?? '').split(',').map((each) => each.trim());
  for (const coding of ['br', 'gzip'] as const) {
    const body = bodies[coding];
    const isTaken = offered.some((each) => each.split(';')[0] === coding && !/;\s*q=0(\.0*)?$/.test(each));
    if (body && isTaken) return [coding, body];
  }
  return ['identity', bodies.identity];
}

function read(path: string, type: string): PageFile {
  const identity = readFileSync(path);
  const packed = { br: `${path}.br`, gzip: `${path}.gz` };
  const bodies = {
    identity,
    ...(existsSync(packed.br) ? { br: readFileSync(packed.br) } : {}),
    ...(existsSync(packed.gzip) ? { gzip: readFileSync(packed.gzip) } : {}),
  };
  return { type, etag: etagOf(identity), bodies };
}

function etagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}
