import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useCell } from '../kit/cell.js';
import { scheme } from '../kit/theme.js';

export type ChartOptions = Omit<uPlot.Options, 'width' | 'height'>;

interface ChartProps {
  /** Made anew when the colours change: ask colourOf() for them here. Keep it stable (useCallback), else the chart is rebuilt. */
  readonly options: () => ChartOptions;
  /** Times in unix s, as uPlot has them, then one column for each series. */
  readonly data: uPlot.AlignedData;
  readonly height: number;
  /** From and to of the time axis, unix s; default: as far as the data go. */
  readonly range?: readonly [number, number];
  /** What the picture shows, in words, for those who do not see it. */
  readonly label: string;
}

/** uPlot as wide as its place. Import this file from a view that is loaded on demand: uPlot is most of the page's bytes. */
export function Chart({ options, data, height, range, label }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const chosen = useCell(scheme);
  const newest = useRef({ data, range });
  newest.current = { data, range };
  // Another scheme has other colours.
  useEffect(() => {
    const place = box.current;
    if (!place) return undefined;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(
        { ...options(), width: place.clientWidth, height },
        newest.current.data,
        place,
      );
      show(plot.current, newest.current);
    };
    draw();
    const media = matchMedia('(prefers-color-scheme: dark)');
    media.addEventListener('change', draw);
    const sizes = new ResizeObserver(() => plot.current?.setSize({ width: place.clientWidth, height }));
    sizes.observe(place);
    return () => {
      media.removeEventListener('change', draw);
      sizes.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [options, height, chosen]);
  const [from, to] = range ?? [];
  useEffect(() => {
    if (plot.current) show(plot.current, newest.current);
  }, [data, from, to]);
  return <div class="chart" ref={box} role="img" aria-label={label} />;
}

interface Shown {
  readonly data: uPlot.AlignedData;
  readonly range: ChartProps['range'] | undefined;
}

function show(plot: uPlot, { data, range }: Shown): void {
  plot.batch(() => {
    plot.setData(data, range === undefined);
    if (range) plot.setScale('x', { min: range[0], max: range[1] });
  });
}
