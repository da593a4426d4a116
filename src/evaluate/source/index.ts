// Comes in: YAML text that a person wrote, and a schema. Goes out: the value, or findings: file, line, column, cure.
export * from './explain.js';
export * from './finding.js';
export { nearest } from './near.js';
export { readText } from './read-text.js';
export { workflowCommand } from './workflow-command.js';
export * from './yaml-source.js';
