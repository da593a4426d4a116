import { useEffect, useState } from 'preact/hooks';
import { serviceNow } from './live.js';

/** Now by the clock of the service, told anew every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(serviceNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serviceNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
