import { useEffect, useRef, useState } from 'preact/hooks';
import type { BacktestShape } from '../../../serve/rules/shapes.js';
import { ask, type Fault, toFault } from '../../kit/api.js';

export type Range = 'day' | 'week' | 'month';

const POLL_MS = 500;
const RETRY_MS = 2000;

/** A backtest of an edit: begun, asked about until it has ended, and ended when the view is left. */
export function useBacktest() {
  const [job, setJob] = useState<BacktestShape>();
  const [fault, setFault] = useState<Fault>();
  const running = useRef<string | undefined>(undefined);
  running.current = job?.state === 'running' ? job.id : undefined;
  const id = running.current;
  useEffect(() => {
    if (id === undefined) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      try {
        setJob(await ask<BacktestShape>(`rules/backtests/${id}`, { signal: abort.signal }));
        setFault(undefined);
        timer = setTimeout(look, POLL_MS);
      } catch (error) {
        if (abort.signal.aborted) return;
        const found = toFault(error);
        setFault(found);
        // After a restart of the service nobody knows it any more.
        if (found.code === 'not-found') setJob(undefined);
        else timer = setTimeout(look, RETRY_MS);
      }
    };
    timer = setTimeout(look, POLL_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [id]);
  useEffect(
    () => () => {
      if (running.current) end(running.current).catch(() => {});
    },
    [],
  );
  const start = async (file: string, text: string, range: Range) => {
    setFault(undefined);
    try {
      setJob(await ask<BacktestShape>('rules/backtests', { method: 'POST', body: { file, text, range } }));
    } catch (error) {
      setFault(toFault(error));
    }
  };
  const cancel = () => {
    if (id !== undefined) end(id).then(setJob, (error) => setFault(toFault(error)));
  };
  return { job, fault, start, cancel };
}

function end(id: string): Promise<BacktestShape> {
  return ask<BacktestShape>(`rules/backtests/${id}`, { method: 'DELETE' });
}
