import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { EditorState } from '@codemirror/state';
import { type EditorView, hoverTooltip } from '@codemirror/view';
import { type JsonSchema, keysOf, schemasAt, valuesOf } from './schema.js';
import { yamlPlace } from './yaml-place.js';

type SchemaGiver = () => JsonSchema | undefined;

/** Keys and values that the schema allows at the cursor. */
export function completionOf(schema: SchemaGiver) {
  return ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const root = schema();
    const place = root && placeAt(state, pos);
    if (!root || !place || (place.word === '' && !explicit && place.kind === 'key')) return null;
    const schemas = schemasAt(root, place.path);
    const from = pos - place.word.length;
    if (place.kind === 'value') {
      const options = valuesOf(schemas).map((label) => ({ label, type: 'constant' }));
      return options.length > 0 ? { from, options } : null;
    }
    const options = [...keysOf(schemas)]
      .filter(([key]) => !place.siblings.includes(key) || key === place.word)
      .map(([key, { description }]) => ({
        label: key,
        apply: `${key}: `,
        type: 'property',
        ...(description ? { info: description } : {}),
      }));
    return { from, options, validFor: /^[\w-]*$/ };
  };
}

/** What the schema says of the key under the pointer. */
export function hoverOf(schema: SchemaGiver) {
  return hoverTooltip((view: EditorView, pos: number) => {
    const root = schema();
    const { from, text } = view.state.doc.lineAt(pos);
    const word = wordAt(text, pos - from);
    const place = root && word && placeAt(view.state, from + word.to);
    if (!root || !word || !place) return null;
    const path = place.kind === 'key' ? [...place.path, place.word] : place.path;
    const description = schemasAt(root, path).find((each) => each.description)?.description;
    if (!description) return null;
    const create = () => {
      const dom = document.createElement('div');
      dom.className = 'cm-hover-text';
      dom.textContent = description;
      return { dom };
    };
    return { pos: from + word.from, end: from + word.to, create };
  });
}

function placeAt(state: EditorState, pos: number) {
  const line = state.doc.lineAt(pos);
  return yamlPlace(state.doc.toString().split('\n'), line.number - 1, line.text.slice(0, pos - line.from));
}

function wordAt(text: string, at: number): { readonly from: number; readonly to: number } | undefined {
  for (const match of text.matchAll(/[\w-]+/g)) {
    const [from, to] = [match.index, match.index + match[0].length];
    if (from <= at && at <= to) return { from, to };
  }
  return undefined;
}
