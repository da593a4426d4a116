import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { packageRoot } from '../../../src/paths.js';

/** Throws unless a JSON text is what the schema in a file of the package describes; gives what it says. */
export function validator(file: string): (text: string) => unknown {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(join(packageRoot, file), 'utf8')));
  return (text) => {
    const value: unknown = JSON.parse(text);
    assert.ok(validate(value), `${file}: ${ajv.errorsText(validate.errors)}\n${text.slice(0, 2000)}`);
    // Half a character survives JSON.parse in JavaScript alone; Go and Java make another text of it.
    assert.doesNotMatch(JSON.stringify(value), /(?<!\\)(?:\\\\)*\\ud[89a-f]/i);
    return value;
  };
}
