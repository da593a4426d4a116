import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { RefObject } from 'preact';
import { useEffect, useImperativeHandle, useRef } from 'preact/hooks';
import type { FindingShape } from '../../../serve/rules/shapes.js';
import { completionOf, hoverOf } from './assist.js';
import type { JsonSchema } from './schema.js';
import { theme } from './theme.js';

export interface EditorHandle {
  /** Puts the cursor there and brings it into sight; both from 1. */
  show(line: number, column: number): void;
}

interface YamlEditorProps {
  readonly handle: RefObject<EditorHandle | null>;
  readonly label: string;
  /** At the beginning; another one needs another key. */
  readonly text: string;
  /** Line that is in sight at the beginning. */
  readonly line: number;
  /** For completion and hover; undefined while it is not known. */
  readonly schema: JsonSchema | undefined;
  readonly findings: readonly FindingShape[];
  readonly onChange: (text: string) => void;
}

/**
 * CodeMirror in a shadow root. There it puts its styles into adoptedStyleSheets, which the policy of the page allows;
 * in a document it would write style elements, which that refuses.
 */
export function YamlEditor(props: YamlEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const newest = useRef(props);
  newest.current = props;
  useEffect(() => {
    const host = place.current;
    if (!host) return undefined;
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const made = new EditorView({ root, parent: root as unknown as Element, state: stateOf(newest) });
    view.current = made;
    showLine(made, newest.current.line, 1);
    return () => made.destroy();
  }, []);
  useEffect(() => {
    const at = view.current;
    if (at) at.dispatch(setDiagnostics(at.state, diagnosticsOf(at.state, props.findings)));
  }, [props.findings]);
  useImperativeHandle(props.handle, () => ({
    show(line, column) {
      if (!view.current) return;
      showLine(view.current, line, column);
      view.current.focus();
    },
  }));
  return <div class="yaml-editor" ref={place} />;
}

function stateOf(props: { readonly current: YamlEditorProps }): EditorState {
  const { text, label } = props.current;
  const schema = () => props.current.schema;
  return EditorState.create({
    doc: text,
    extensions: [
      lineNumbers(),
      highlightActiveLineGutter(),
      highlightActiveLine(),
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of('  '),
      bracketMatching(),
      closeBrackets(),
      yaml(),
      autocompletion({ override: [completionOf(schema)], icons: false }),
      hoverOf(schema),
      lintGutter(),
      keymap.of([
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...historyKeymap,
        ...completionKeymap,
        ...lintKeymap,
        indentWithTab,
      ]),
      EditorView.contentAttributes.of({
        'aria-label': `${label}. Escape, then Tab leaves it.`,
        // Else axe takes what scrolls around it for out of reach of the keyboard.
        tabindex: '0',
      }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) props.current.onChange(state.doc.toString());
      }),
      theme,
    ],
  });
}

function showLine(view: EditorView, line: number, column: number): void {
  const { doc } = view.state;
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  const anchor = Math.min(at.to, at.from + column - 1);
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
}

function diagnosticsOf({ doc }: EditorState, findings: readonly FindingShape[]): Diagnostic[] {
  return findings.map(({ line, column, length, severity, message, cure, code }) => {
    const at = doc.line(Math.min(Math.max(1, line), doc.lines));
    const from = Math.min(at.to, at.from + column - 1);
    const to = Math.min(at.to, from + length);
    return { from, to, severity, message: cure ? `${message}. ${cure}` : message, source: code };
  });
}
