import { COLUMN, isSignal, type Labels } from '../../telemetry/index.js';
import { namesOfTags } from './line-writer.js';

/** Where samples go as they are read. */
export interface SampleSink {
  /** A series: what it returns takes a sample of it: its time in unix ms, its column and its value. */
  series(node: string, labels: Labels): (time: number, column: number, value: number) => void;
}

/** Reads lines that `writeLines` wrote. */
export function readLines(text: string, sink: SampleSink): void {
  const series = new Map<string, ReturnType<SampleSink['series']> | undefined>();
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    start = end < 0 ? text.length : end + 1;
    const headEnd = unescapedSpace(line);
    const timeStart = line.lastIndexOf(' ');
    if (headEnd < 0 || timeStart <= headEnd) continue;
    const head = line.slice(0, headEnd);
    let add = series.get(head);
    if (add === undefined && !series.has(head)) {
      const names = namesOfTags(tagsOf(head));
      add = names && sink.series(names.node, names.labels);
      series.set(head, add);
    }
    const time = Number(line.slice(timeStart + 1));
    for (const field of line.slice(headEnd + 1, timeStart).split(',')) {
      const equals = field.indexOf('=');
      const name = field.slice(0, equals);
      if (isSignal(name)) add?.(time, COLUMN[name], Number(field.slice(equals + 1)));
    }
  }
}

function unescapedSpace(line: string): number {
  let at = line.indexOf(' ');
  while (at > 0 && line[at - 1] === '\\') at = line.indexOf(' ', at + 1);
  return at;
}

function tagsOf(head: string): [string, string][] {
  const [, ...tags] = head.split(/(?<!\\),/);
  return tags.map((tag) => {
    const [key = '', value = ''] = tag.split(/(?<!\\)=/).map((part) => part.replace(/\\([, =])/g, '$1'));
    return [key, value];
  });
}
