import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { type Finding, fileFinding, formatPath, type Path } from './finding.js';

export interface FindingOptions {
  readonly at?: 'value' | 'key';
  readonly severity?: Finding['severity'];
  /** Of the fault; `syntax/bad-value` when left out. */
  readonly code?: string;
  /** A piece of the value, to point at it alone. */
  readonly inside?: string;
}

/** Plain words for the faults that people make most; the rest keep the parser's own sentence. */
const SYNTAX: Readonly<Record<string, { message: string; cure: string }>> = {
  DUPLICATE_KEY: { message: 'this key is there twice', cure: 'keep one of them' },
  TAB_AS_INDENT: { message: 'a tab indents this line', cure: 'indent by spaces' },
  MULTIPLE_DOCS: { message: 'a second document begins here', cure: 'put it into a file of its own' },
  // The parser's sentence quotes the text, which may hold a secret.
  UNEXPECTED_TOKEN: {
    message: 'this cannot stand here in YAML',
    cure: 'check the brackets before it, and put texts with { } [ ] , : # or quotes in them in quotes',
  },
  // Brackets inside a block are told by their indentation first.
  BAD_INDENT: {
    message: 'a bracket that was opened is not closed before this, or this line is indented wrongly',
    cure: 'close the bracket, or indent the line like its neighbours',
  },
  BAD_ALIAS: {
    message: 'a plain `*` or `&` begins a YAML alias or anchor',
    cure: 'put the value in quotes',
  },
};

/** A YAML text that remembers where everything stands. */
export class YamlSource {
  readonly file: string;
  readonly document: Document;
  /** Faults of syntax; while there are any, the value is not to be trusted. */
  readonly findings: readonly Finding[];
  readonly value: unknown;
  readonly #lines = new LineCounter();
  readonly #text: string;
  readonly #hidden: (readonly [number, number])[] = [];

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
    this.document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    // One wrong bracket makes everything after it unexpected; only the first of these tells something.
    const findings = this.document.errors
      .filter((error, at) => at === 0 || error.code !== 'UNEXPECTED_TOKEN')
      .filter((error, at, all) => all.findIndex(({ pos }) => pos[0] === error.pos[0]) === at)
      .map((error) => this.#syntaxFinding(error));
    if (findings.length === 0) findings.push(...this.#looseAliases());
    this.findings = findings;
    this.value = findings.length === 0 ? this.#toValue(findings) : undefined;
  }

  /** A finding that points at the value under `path`, or at its key; at what is nearest when there is no such thing. */
  finding(path: Path, message: string, cure: string, options: FindingOptions = {}): Finding {
    const { at = 'value', severity = 'error', code = 'syntax/bad-value', inside } = options;
    const range = this.#range(path, at);
    const [start, end] = inside === undefined ? range : this.#narrow(range, inside);
    const place = { file: this.file, ...this.#place(start, end), path: formatPath(path) };
    return { code, ...place, message, cure, severity };
  }

  /** A finding that points at characters of the text, from `start` to before `end`. */
  findingAt(
    [start, end]: readonly [number, number],
    message: string,
    cure: string,
    { severity = 'error', code = 'syntax/yaml' }: Pick<FindingOptions, 'severity' | 'code'> = {},
  ): Finding {
    return { code, file: this.file, ...this.#place(start, end), path: '', message, cure, severity };
  }

  get text(): string {
    return this.#text;
  }

  /** Where `inside` stands within a range; the whole range where it does not, as in a text with escapes. */
  #narrow([start, end]: readonly [number, number], inside: string): readonly [number, number] {
    const at = this.#text.slice(start, end).indexOf(inside);
    return at === -1 ? [start, end] : [start + at, start + at + inside.length];
  }

  /** Keeps the value under `path` out of every finding made from now on: it is a secret. */
  hide(path: Path): void {
    const node = this.#walk(path)[path.length];
    if (node?.range) this.#hidden.push([node.range[0], node.range[1]]);
  }

  has(path: Path): boolean {
    return this.#walk(path).length === path.length + 1;
  }

  /** What stands under `path`, for an error message: `"5 minutes"`, `5`, `a list`. */
  found(path: Path): string {
    const node = this.#walk(path)[path.length];
    if (this.#hidden.some(([start]) => start === node?.range?.[0])) return 'a value that is not shown';
    if (isMap(node)) return 'a map';
    if (isSeq(node)) return 'a list';
    if (!isScalar(node) || node.value === null) return 'nothing';
    return typeof node.value === 'string' ? JSON.stringify(shorten(node.value)) : String(node.value);
  }

  /** Aliases multiply; the parser refuses a document in which they do so beyond bounds, and only here. */
  #toValue(findings: Finding[]): unknown {
    try {
      return this.document.toJS();
    } catch (error) {
      // What else it may throw of a document without errors is that there are too many.
      const isTooMany = error instanceof ReferenceError;
      const message = isTooMany
        ? 'has aliases of aliases that multiply beyond all bounds'
        : `is not YAML: ${error}`;
      findings.push(fileFinding(this.file, message, 'write the values out', 'syntax/yaml'));
      return undefined;
    }
  }

  #looseAliases(): Finding[] {
    const findings: Finding[] = [];
    visit(this.document, {
      Alias: (_, node) => {
        const meant = node.resolve(this.document);
        const [start, end] = node.range ?? [0, 1];
        if (meant) {
          const isInside = meant.range && meant.range[0] <= start && end <= meant.range[1];
          const message = `stands inside of &${node.source}, which it repeats: that never ends`;
          if (isInside) findings.push(this.findingAt([start, end], message, 'write out what is meant'));
          return;
        }
        const message = `no anchor &${node.source} stands before this alias`;
        const cure = `put the value in quotes if it is meant as text: "*${node.source}"`;
        findings.push(this.findingAt([start, end], message, cure));
      },
    });
    return findings;
  }

  #syntaxFinding(error: YAMLError): Finding {
    const known = SYNTAX[error.code];
    const isOpenQuote = error.code === 'MISSING_CHAR' && /closing .quote/.test(error.message);
    const message = isOpenQuote
      ? 'a quote that was opened is not closed'
      : (known?.message ?? `is not YAML: ${error.message}`);
    const isVariable = this.#text.slice(error.pos[0] - 1, error.pos[0] + 1) === '${';
    const cure = isVariable
      ? 'inside { } or [ ], put a value with a variable in quotes'
      : isOpenQuote
        ? 'close it'
        : (known?.cure ?? '');
    return this.findingAt(error.pos, message, cure);
  }

  #place(start: number, end: number): Pick<Finding, 'line' | 'column' | 'length' | 'excerpt'> {
    const { line, col } = this.#lines.linePos(Math.min(start, this.#text.length));
    const newline = this.#text.indexOf('\n', start);
    const lineEnd = newline === -1 ? this.#text.length : newline;
    const column = Math.max(1, col);
    const excerpt = this.#excerpt(start - column + 1, lineEnd);
    const length = Math.max(1, Math.min(end, lineEnd) - start);
    return { line: Math.max(1, line), column, length, excerpt };
  }

  #excerpt(from: number, to: number): string {
    const characters = [...Array(to - from).keys()].map((offset) => {
      const isHidden = this.#hidden.some(([start, end]) => from + offset >= start && from + offset < end);
      return isHidden ? '*' : this.#text[from + offset];
    });
    return characters.join('').trimEnd();
  }

  #range(path: Path, at: 'value' | 'key'): readonly [number, number] {
    const nodes = this.#walk(path);
    if (at === 'key' && nodes.length === path.length + 1) {
      const parent = nodes[path.length - 1];
      const pair = isMap(parent) ? parent.items.find((item) => keyOf(item.key) === path.at(-1)) : undefined;
      if (isPair(pair) && isNode(pair.key) && pair.key.range) return [pair.key.range[0], pair.key.range[1]];
    }
    for (const node of nodes.reverse()) if (node.range) return [node.range[0], node.range[1]];
    return [0, 1];
  }

  /** The nodes from the root along `path`, as far as there are any; aliases are followed. */
  #walk(path: Path): Node[] {
    let node = this.#resolve(this.document.contents);
    const nodes: Node[] = [];
    for (const step of [...path, undefined]) {
      if (!node) break;
      nodes.push(node);
      if (step === undefined) break;
      node = isCollection(node) ? this.#resolve(node.get(step, true)) : undefined;
    }
    return nodes;
  }

  #resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.document);
    return isNode(node) ? node : undefined;
  }
}

function keyOf(key: unknown): unknown {
  return isScalar(key) ? key.value : key;
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
