// What the two channels that speak Alertmanager's formats have in common: how an alert is named and described there.
export { alertAnnotations } from './annotations.js';
export { alertLabels, commonOf, fingerprintOf, type Labels, wireLabels } from './labels.js';
