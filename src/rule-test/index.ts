// Comes in: files of rule tests. Goes out: what each case expected of the rules, and what the service would have done.
// Runs the rooms of the live pipeline on simulated time; nothing is sent or stored.
export { type Coverage, coverageOf, untestedRules } from './coverage.js';
export { findTestFiles } from './find-test-files.js';
export { loadTestFile, type TestCase, type TestFile } from './load-test-file.js';
export { findingToGithub, toGithub } from './report/github.js';
export { toJson } from './report/json.js';
export { toJunit } from './report/junit.js';
export { caseLine, coverageText, failureText, type Look, summaryText } from './report/text.js';
export { type CaseResult, type FileResult, runTestCase } from './run/run-test-case.js';
export { testFileSchema } from './schema/test-file.js';
