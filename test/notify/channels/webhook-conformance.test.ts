import { conformsOverHttp } from './http-conformance.js';
import { validator } from './schemas.js';

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

conformsOverHttp({
  type: 'webhook',
  options: (url) => ({
    type: 'webhook',
    url: `${url.replace('//', '//someone:pass-phrase@')}/T0001/path-token?key=query-token`,
    secret,
    headers: { 'X-Token': 'header-token' },
  }),
  secrets: [secret, secret.slice(6), 'pass-phrase', 'path-token', 'query-token', 'header-token'],
  accept: () => ({ status: 204, body: '' }),
  readsAnswer: false,
  validate: validator('docs/channels/webhook.schema.json'),
  mostBytes: 256 * 1024,
  lies: [],
});
