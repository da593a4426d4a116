import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The page's own colours: custom properties reach into the shadow root, so both schemes come by themselves. */
export const theme = [
  EditorView.theme({
    '&': { color: 'var(--ink)', backgroundColor: 'var(--card)', fontSize: '13px' },
    '&.cm-focused': { outline: '2px solid var(--link)', outlineOffset: '-1px' },
    '.cm-scroller': {
      maxHeight: '60vh',
      overflow: 'auto',
      fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
      lineHeight: '1.55',
    },
    '.cm-content': { caretColor: 'var(--ink)' },
    '.cm-gutters': {
      color: 'var(--quiet)',
      backgroundColor: 'var(--card)',
      borderRight: '1px solid var(--edge)',
    },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--back)' },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
      backgroundColor: 'var(--used) !important',
    },
    '.cm-tooltip': {
      maxWidth: 'min(32rem, 90vw)',
      color: 'var(--ink)',
      backgroundColor: 'var(--card)',
      border: '1px solid var(--axis)',
      borderRadius: '6px',
    },
    '.cm-tooltip.cm-completionInfo, .cm-hover-text': { padding: '6px 10px', whiteSpace: 'pre-wrap' },
    '.cm-tooltip-autocomplete ul li[aria-selected]': {
      color: 'var(--button-ink)',
      backgroundColor: 'var(--button)',
    },
    '.cm-diagnostic': { whiteSpace: 'pre-wrap', padding: '6px 10px' },
    '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px solid var(--danger)' },
    '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '2px dotted var(--warning)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--link)' },
      { tag: [tags.string, tags.content, tags.attributeValue], color: 'var(--ink)' },
      { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
      { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--quiet)' },
    ]),
  ),
];
