import { createHash } from 'node:crypto';
import { html, Markup } from '../../notify/index.js';

const STYLE = `:root{color-scheme:light dark;--back:#eef1f5;--card:#fff;--ink:#1b2430;--quiet:#5b6775;--line:#d5dbe3;--act:#1558b0;--on-act:#fff;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--back:#12161c;--card:#1c222b;--ink:#e8ecf1;--quiet:#9fabb9;--line:#333c49;--act:#8ab8ff;--on-act:#10151c;--bad:#ff9d94}}
*{box-sizing:border-box}
body{margin:0;padding:12px 8px;background:var(--back);color:var(--ink);font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}
main{max-width:640px;margin:0 auto;padding:16px;background:var(--card);border:1px solid var(--line);border-radius:8px;overflow-wrap:anywhere}
h1{margin:0 0 8px;font-size:21px;line-height:1.3}
h2{margin:20px 0 4px;font-size:16px}
p{margin:0 0 12px}
ul{margin:0 0 12px;padding:0;list-style:none}
li{padding:8px 0;border-top:1px solid var(--line)}
code{font:14px/1.5 ui-monospace,Menlo,Consolas,monospace}
.quiet{color:var(--quiet);font-size:14px}
.bad{color:var(--bad);font-weight:bold}
label{display:block;margin:12px 0 4px;font-weight:bold}
label.tick{font-weight:normal}
input[type=text],select{width:100%;min-height:44px;padding:8px 10px;border:1px solid var(--quiet);border-radius:6px;background:var(--card);color:var(--ink);font:inherit}
input[type=checkbox]{width:20px;height:20px;margin:0 8px 0 0;vertical-align:-4px}
button,a.button{display:block;width:100%;min-height:48px;margin:16px 0 4px;padding:10px;border:0;border-radius:6px;background:var(--act);color:var(--on-act);font:inherit;font-weight:bold;text-align:center;text-decoration:none;cursor:pointer}
a.button.second{background:transparent;color:var(--act);border:1px solid var(--act)}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const styleMarkup = new Markup(STYLE);

/**
 * Headers of every page that a link opens: nothing is loaded or run, nobody may frame it, keep it, list it, or learn its
 * address, which is a credential, from a referrer.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
};

/** A whole page around its content. */
export function pageOf(title: string, content: Markup): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow"><title>${title} - Headroom</title><style>${styleMarkup}</style></head>
<body><main>
<h1>${title}</h1>
${content}
</main></body></html>
`.text;
}
