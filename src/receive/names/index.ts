export { type Explanation, explain, knownNames, type Reading } from './explain.js';
export { labelsOf, nodeNameOf, WHOLE_POD } from './identity.js';
export { loadNames, parseNames, readNamesFile } from './load.js';
export { type Mapping, meets, partOf } from './mappings.js';
export { Names, type Shape, type Tags } from './names.js';
export { namesFile } from './schema.js';
export { readValue, type SumRule, type Target, withUnit } from './target.js';
