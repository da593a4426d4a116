import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface Column<Row> {
  readonly key: string;
  readonly head: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  readonly label: string;
  /** Names the widths of its columns in CSS: `.NAME .row` is a grid. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  /** In the order in which they are to stand; it waits while the pointer or the focus is in the table. */
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Changes when the reader asks for other rows or another order: that is done at once. */
  readonly wish: string;
  /** A row that is a heading across all columns. */
  readonly heading?: (row: Row) => ComponentChildren | undefined;
}

/** Rows above and below the window that are drawn, too, so that scrolling shows no holes. */
const MARGIN_ROWS = 12;

/** A table of any length of which only the rows in sight are drawn; all are of one height, `--row` in CSS. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, name, columns, keyOf, heading } = props;
  const body = useRef<HTMLDivElement>(null);
  const [isHeld, setHeld] = useState(false);
  const rows = useCalm(props.rows, keyOf, isHeld, props.wish);
  const [from, to, height] = useSight(body, rows.length);
  const hold = () => setHeld(true);
  const release = () => setHeld(body.current?.matches(':hover, :focus-within') ?? false);
  return (
    <div class={`table ${name}`} role="table" aria-label={label} aria-rowcount={rows.length + 1}>
      <div class="row head-row" role="row" aria-rowindex={1}>
        {columns.map(({ key, head }) => (
          <div key={key} class={`cell ${key}`} role="columnheader">
            {head}
          </div>
        ))}
      </div>
      <div
        ref={body}
        class="rows"
        role="rowgroup"
        onPointerEnter={hold}
        onPointerLeave={() => setTimeout(release)}
        onFocusIn={hold}
        onFocusOut={() => setTimeout(release)}
      >
        <Space rows={from} height={height} />
        {rows.slice(from, to).map((row, index) => {
          const title = heading?.(row);
          return (
            <div
              key={keyOf(row)}
              class={title === undefined ? 'row' : 'row group-row'}
              role="row"
              aria-rowindex={from + index + 2}
            >
              {title === undefined ? (
                columns.map(({ key, cell }) => (
                  <div key={key} class={`cell ${key}`} role="cell">
                    {cell(row)}
                  </div>
                ))
              ) : (
                <div class="cell" role="cell" aria-colspan={columns.length}>
                  {title}
                </div>
              )}
            </div>
          );
        })}
        <Space rows={rows.length - to} height={height} />
      </div>
    </div>
  );
}

/** The room of rows that are out of sight. */
function Space({ rows, height }: { readonly rows: number; readonly height: number }) {
  const box = useRef<HTMLDivElement>(null);
  // By script, since the policy of the page refuses style attributes.
  useLayoutEffect(() => {
    if (box.current) box.current.style.height = `${rows * height}px`;
  }, [rows, height]);
  return <div ref={box} role="presentation" />;
}

/**
 * The rows in an order that does not change while `isHeld`: those that stand there keep their place with their new
 * contents, new ones come last.
 */
function useCalm<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  isHeld: boolean,
  wish: string,
): readonly Row[] {
  const shown = useRef<{ wish: string; keys: readonly string[] }>({ wish: '', keys: [] });
  let ordered = rows;
  if (isHeld && shown.current.wish === wish) {
    const left = new Map(rows.map((row) => [keyOf(row), row]));
    const kept: Row[] = [];
    for (const key of shown.current.keys) {
      const row = left.get(key);
      if (row !== undefined) kept.push(row);
      left.delete(key);
    }
    ordered = [...kept, ...left.values()];
  }
  shown.current = { wish, keys: ordered.map(keyOf) };
  return ordered;
}

/** Which rows are in the window, from and to, and the height of each in px. */
function useSight(body: { readonly current: HTMLElement | null }, count: number) {
  const [sight, setSight] = useState({ from: 0, to: 40, height: 44 });
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      if (!body.current) return;
      const height = Number.parseFloat(getComputedStyle(body.current).getPropertyValue('--row')) || 44;
      const top = -body.current.getBoundingClientRect().top;
      // Whole margins, so that not every pixel of scrolling draws anew.
      const step = Math.floor(top / height / MARGIN_ROWS) * MARGIN_ROWS;
      const from = Math.max(0, step - MARGIN_ROWS);
      const to = Math.max(0, step + Math.ceil(innerHeight / height) + 2 * MARGIN_ROWS);
      setSight((before) =>
        before.from === from && before.to === to && before.height === height ? before : { from, to, height },
      );
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [body]);
  const from = Math.min(sight.from, Math.max(0, count - 1));
  return [from, Math.min(count, Math.max(sight.to, from)), sight.height] as const;
}
