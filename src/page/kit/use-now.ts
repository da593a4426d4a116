import { useEffect, useReducer } from 'preact/hooks';
import { useCell } from './cell.js';
import { serviceNow, skew } from './live.js';

/** Now by the clock of the service; the component is drawn again every `everyMs`. */
export function useNow(everyMs: number): number {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useCell(skew);
  useEffect(() => {
    const timer = setInterval(redraw, everyMs, undefined);
    return () => clearInterval(timer);
  }, [everyMs]);
  return serviceNow();
}
