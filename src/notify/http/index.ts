// What channels over HTTP have in common: asking a receiver, judging its answer, options for time limits and credentials.

export { chartAddress, chartUrl } from './chart-url.js';
export { type Answer, HttpClient, type HttpOptions, oneLine, parseJson, type Request } from './client.js';
export { cut, fitting, jsonOf } from './fit.js';
export * as httpOptions from './options.js';
