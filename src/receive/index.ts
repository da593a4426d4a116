// HTTP bodies in, rows of samples out: InfluxDB line protocol and JSON, names of agents mapped to our signals.
// Nothing is dropped silently: what is not kept is named in the answer, with its place and a cure.

export {
  type Authenticator,
  authenticator,
  type Credentials,
  type Role,
  redactUrl,
  requiresLoopback,
  secretOf,
  type Token,
  type Tokens,
} from './auth.js';
export type { Accept } from './door.js';
export {
  handleError,
  handleNotFound,
  noteProblem,
  type ProblemAnswer,
  problemOf,
  retryAfterSeconds,
  sendProblem,
} from './errors.js';
export {
  type Explanation,
  explain,
  knownNames,
  loadNames,
  type Names,
  namesFile,
  readNamesFile,
} from './names/index.js';
export {
  type ReceiveLimits,
  type ReceiveOptions,
  receiveLimits,
  receiveOptions,
  tokenOptions,
} from './options.js';
export { type ReceivePluginOptions, receivePlugin } from './plugin.js';
