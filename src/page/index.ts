// The web page, in the browser. Comes in: what the API answers, its types alone from serve. Goes out: what people look at.
// kit: router, API client, live state, words for numbers. parts: what views are made of. A folder for each view; views.ts lists them.
export { VIEWS } from './views.js';
