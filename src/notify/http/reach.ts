import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Problem } from '../../problem.js';

/**
 * Whether a connection to the server of `url` can be made, TLS included; nothing is asked of it. Ends within `timeoutMs`.
 * @throws Problem channel-unavailable
 */
export function reach(url: URL, timeoutMs: number): Promise<void> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isTls ? 443 : 80);
  return new Promise((resolve, reject) => {
    // RFC 6066 section 3: a server is named in TLS by its name only, never by its address.
    const named = isIP(host) ? {} : { servername: host };
    const socket = isTls ? connectTls({ host, port, ...named }) : connect({ host, port });
    const end = (why?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      if (why === undefined) resolve();
      else reject(new Problem('channel-unavailable', `${url.host} ${why}`));
    };
    const timer = setTimeout(() => end(`did not answer within ${timeoutMs} ms`), timeoutMs);
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(`cannot be reached (${error.code ?? error.message})`),
    );
    socket.once(isTls ? 'secureConnect' : 'connect', () => end());
  });
}
