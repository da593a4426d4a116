import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Problem } from '../../../problem.js';

/**
 * Whether a connection to the server of `url` can be made, TLS included; nothing is asked of it.
 * @throws Problem channel-unavailable
 */
export function reach(url: URL, timeoutMs: number): Promise<void> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isTls ? 443 : 80);
  return new Promise((resolve, reject) => {
    const socket = isTls ? connectTls({ host, port, servername: host }) : connect({ host, port });
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Problem('channel-unavailable', `${url.host} ${why}`));
    };
    socket.setTimeout(timeoutMs, () => fail(`did not answer within ${timeoutMs} ms`));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      fail(`cannot be reached (${error.code ?? error.message})`),
    );
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
