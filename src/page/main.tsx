import { render } from 'preact';
import { App } from './app.js';
import { startRouter } from './kit/router.js';
import { startTheme } from './kit/theme.js';
import './styles/theme.css';
import './styles/base.css';
import './styles/parts.css';

startTheme();
startRouter();
const root = document.getElementById('app');
if (root) render(<App />, root);
