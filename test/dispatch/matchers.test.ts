import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  formatMatchers,
  LabelMatcher,
  MatcherFault,
  type MatchType,
  matcherFault,
  matcherOfJson,
  matchesAll,
  parseMatcher,
  parseMatchers,
} from '../../src/dispatch/index.js';

/** What Alertmanager's own tests of its parser hold (matcher/parse): text, then what it is read as. */
const READ: readonly (readonly [string, ...(readonly [string, MatchType, string])[]])[] = [
  [''],
  ['{}'],
  ['{foo=bar}', ['foo', '=', 'bar']],
  ['{foo=bar,}', ['foo', '=', 'bar']],
  ['{foo!=bar}', ['foo', '!=', 'bar']],
  ['{foo=~[a-z]+}', ['foo', '=~', '[a-z]+']],
  ['{foo!~[a-z]+}', ['foo', '!~', '[a-z]+']],
  ['{foo=🙂}', ['foo', '=', '🙂']],
  ['{foo=🙂bar}', ['foo', '=', '🙂bar']],
  ['foo=bar', ['foo', '=', 'bar']],
  ['foo=bar,', ['foo', '=', 'bar']],
  ['foo!=bar', ['foo', '!=', 'bar']],
  ['foo=~[a-z]+', ['foo', '=~', '[a-z]+']],
  ['foo!~[a-z]+', ['foo', '!~', '[a-z]+']],
  ['{"foo"="bar"}', ['foo', '=', 'bar']],
  ['{"foo"="bar",}', ['foo', '=', 'bar']],
  ['{"foo"!="bar"}', ['foo', '!=', 'bar']],
  ['{"foo"=~"[a-z]+"}', ['foo', '=~', '[a-z]+']],
  ['{"foo"!~"[a-z]+"}', ['foo', '!~', '[a-z]+']],
  ['{"foo"="\\xf0\\x9f\\x99\\x82"}', ['foo', '=', '🙂']],
  ['{"foo"="\\U0001f642"}', ['foo', '=', '🙂']],
  ['{"foo"="🙂bar"}', ['foo', '=', '🙂bar']],
  ['{"foo"="bar\\n"}', ['foo', '=', 'bar\n']],
  ['{"foo"="bar\\t"}', ['foo', '=', 'bar\t']],
  ['{"foo"="\\"bar\\""}', ['foo', '=', '"bar"']],
  ['{"foo"="bar\\\\"}', ['foo', '=', 'bar\\']],
  ['"foo"="bar",', ['foo', '=', 'bar']],
  ['{foo=bar,bar!=baz}', ['foo', '=', 'bar'], ['bar', '!=', 'baz']],
  ['{foo="bar",bar!="baz"}', ['foo', '=', 'bar'], ['bar', '!=', 'baz']],
  ['foo=bar,bar!=baz', ['foo', '=', 'bar'], ['bar', '!=', 'baz']],
  ['foo="bar", bar!="baz"', ['foo', '=', 'bar'], ['bar', '!=', 'baz']],
  // Ours.
  [' { a = "b" , c =~ "d|e" } ', ['a', '=', 'b'], ['c', '=~', 'd|e']],
  ['pool=""', ['pool', '=', '']],
  ['"service.name"="a,b}"', ['service.name', '=', 'a,b}']],
  ['"with space"=~"\\\\d+"', ['with space', '=~', '\\d+']],
];

/** What cannot be read: its column and what is said. Those above the blank line are Alertmanager's. */
const REFUSED: readonly (readonly [string, number, string])[] = [
  [',', 1, 'found ,, expected the name of a label'],
  ['{,}', 2, 'found ,, expected the name of a label'],
  ['{', 2, 'found the end, expected a } for the { of column 1'],
  ['}', 1, 'found }, expected a { before it'],
  ['foo=bar}', 8, 'found }, expected a { before it'],
  ['{foo=bar', 9, 'found the end, expected a } for the { of column 1'],
  ['{foo=:"bar"}', 7, 'found "bar", expected a comma or }'],
  ['{foo="bar\\w"}', 10, 'found the escape \\w, expected such as \\n, \\" or \\\\'],
  ['{foo=bar\\n}', 9, 'found \\, expected one of = != =~ !~, or quotes'],
  ['{"foo"="\\xf0\\x9f"}', 9, 'found bytes that are not UTF-8'],

  ['foo', 4, 'found the end, expected one of = != =~ !~ after foo'],
  ['foo=', 5, 'found the end, expected a value, in quotes if it is empty or has signs in it'],
  ['foo=bar baz=1', 9, 'found baz, expected a comma'],
  ['foo="bar', 5, 'found a quote that is not closed'],
  ["foo='bar'", 5, "found ', expected double quotes"],
  ['🙂=a,🙂 b', 7, 'found b, expected one of = != =~ !~ after 🙂'],
  ['{a=b}c', 6, 'found c, expected nothing after }'],
  ['a=b,c=~"x("', 8, 'found the regular expression "x(", which RE2 refuses: missing closing ): `x(`'],
  ['a=~"(?=x)"', 4, 'which RE2 refuses: invalid or unsupported Perl syntax: `(?=`'],
  ['a="\\ud800"', 4, 'found no character'],
];

/** From the tests of Alertmanager's matchers: kind, pattern, value, whether it matches. */
const MATCHED: readonly (readonly [MatchType, string, string, boolean])[] = [
  ['=', 'bar', 'bar', true],
  ['=', 'bar', 'foo-bar', false],
  ['!=', 'bar', 'bar', false],
  ['!=', 'bar', 'foo-bar', true],
  ['=~', 'bar', 'bar', true],
  ['=~', 'bar', 'foo-bar', false],
  ['=~', '.*bar', 'foo-bar', true],
  ['!~', 'bar', 'bar', false],
  ['!~', 'bar', 'foo-bar', true],
  ['!~', '.*bar', 'foo-bar', false],
  ['=~', 'foo.bar', 'foo-bar', true],
  ['=~', 'foo\\.bar', 'foo-bar', false],
  ['=~', 'foo\\.bar', 'foo.bar', true],
  ['=', 'foo\nbar', 'foo\nbar', true],
  ['=~', 'foo.bar', 'foo\nbar', false],
  ['=~', '(?s)foo.bar', 'foo\nbar', true],
  ['=', '~!="', '~!="', true],
  // Alternatives are anchored as a whole.
  ['=~', 'edge|core', 'edge-2', false],
  ['=~', 'edge|core', 'core', true],
  ['=~', '', '', true],
  ['=~', '', 'a', false],
];

/** From the same tests: how a matcher is written. */
const WRITTEN: readonly (readonly [string, MatchType, string, string])[] = [
  ['foo', '=', 'bar', 'foo="bar"'],
  ['foo', '!=', 'bar', 'foo!="bar"'],
  ['foo', '=~', 'bar', 'foo=~"bar"'],
  ['foo', '!~', 'bar', 'foo!~"bar"'],
  ['foo', '=', 'back\\slash', 'foo="back\\\\slash"'],
  ['foo', '=', 'double"quote', 'foo="double\\"quote"'],
  ['foo', '=', 'new\nline', 'foo="new\\nline"'],
  ['foo', '=', 'tab\tstop', 'foo="tab\tstop"'],
  ['foo', '=', '🙂', 'foo="🙂"'],
  ['foo!', '!=', 'bar', '"foo!"!="bar"'],
  ['foo🙂', '=', 'bar', 'foo🙂="bar"'],
  ['foo bar', '=', 'baz', '"foo bar"="baz"'],
];

const partsOf = ({ name, op, value }: LabelMatcher) => [name, op, value];

function faultOf(text: string): MatcherFault {
  try {
    parseMatchers(text);
  } catch (error) {
    if (error instanceof MatcherFault) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

describe('matchers', () => {
  for (const [text, ...expected] of READ) {
    it(`are read from ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseMatchers(text).map(partsOf), expected);
    });
  }

  for (const [text, column, message] of REFUSED) {
    it(`are refused in ${JSON.stringify(text)}, with the column`, () => {
      const fault = faultOf(text);
      assert.equal(fault.place.column, column);
      assert.ok(fault.expected.endsWith(message), fault.expected);
      assert.equal(fault.code, 'bad-request');
      assert.match(fault.cure, /severity="page"/);
    });
  }

  for (const [type, pattern, value, isMatch] of MATCHED) {
    it(`of ${type} ${JSON.stringify(pattern)} ${isMatch ? 'take' : 'refuse'} ${JSON.stringify(value)}`, () => {
      assert.equal(new LabelMatcher('label', type, pattern).matches({ label: value }), isMatch);
    });
  }

  it('are written as Alertmanager writes them', () => {
    for (const [name, type, value, text] of WRITTEN) {
      assert.equal(String(new LabelMatcher(name, type, value)), text);
    }
    assert.equal(formatMatchers(parseMatchers('a=b, c=~"d|e"')), '{a="b",c=~"d|e"}');
  });

  it('are read back from what is written, whatever names and values hold', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const matcher = fc
      .tuple(text, fc.constantFrom<MatchType>('=', '!='), text)
      .map(([name, type, value]) => new LabelMatcher(name, type, value));
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 4 }), (matchers) => {
        assert.deepEqual(parseMatchers(formatMatchers(matchers)).map(partsOf), matchers.map(partsOf));
        assert.deepEqual(
          matchers.map((each) => partsOf(matcherOfJson(each.toJSON()))),
          matchers.map(partsOf),
        );
      }),
    );
  });

  it('either read any text or say where it is wrong', () => {
    const letters = fc.constantFrom(...'ab="~!{},\\ \'`x🙂\n');
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 20 }), (text) => {
        try {
          parseMatchers(text);
        } catch (error) {
          assert.ok(error instanceof MatcherFault, String(error));
          const { column } = error.place;
          assert.ok(column !== undefined && column >= 1 && column <= [...text].length + 1, `${column}`);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('take a missing label for an empty one', () => {
    const labels = { pool: 'edge' };
    const isMatch = (text: string) => matchesAll(parseMatchers(text), labels);
    assert.deepEqual(
      ['zone=""', 'zone!=""', 'zone!="eu"', 'zone=~".*"', 'zone=~".+"', 'pool=edge,zone=""', ''].map(isMatch),
      [true, false, true, true, false, true, true],
    );
    assert.equal(isMatch('constructor=""'), true, 'what every object has is no label');
  });

  it('have the JSON of Alertmanager', () => {
    const [regex] = parseMatchers('foo!~bar');
    assert.deepEqual(JSON.parse(JSON.stringify(regex)), {
      name: 'foo',
      value: 'bar',
      isRegex: true,
      isEqual: false,
    });
    assert.deepEqual(partsOf(matcherOfJson({ name: 'foo', value: 'bar', isRegex: false })), [
      'foo',
      '=',
      'bar',
    ]);
  });

  it('say what is wrong with them in a configuration', () => {
    assert.equal(matcherFault('severity=page'), undefined);
    assert.equal(matcherFault(''), 'must be a matcher such as severity="page"');
    assert.match(matcherFault('severity') ?? '', /^must be a matcher .*: found the end, .*\(character 9\)$/);
    assert.deepEqual(parseMatchers(['a=b,c=d', 'e=f']).map(String), ['a="b"', 'c="d"', 'e="f"']);
  });

  it('are one where one is asked for', () => {
    assert.deepEqual(partsOf(parseMatcher('{foo=bar,}')), ['foo', '=', 'bar']);
    for (const text of ['', '{}', 'foo=bar,bar=baz']) assert.throws(() => parseMatcher(text), MatcherFault);
  });

  it('say when they hardly restrict anything', () => {
    const isBroad = (text: string) => parseMatcher(text).isBroad;
    for (const text of ['a=~".*"', 'a=~".+"', 'a!="b"', 'a!~"b.*"', 'a!=""', 'a=""', 'a=~"(?s).+"'])
      assert.ok(isBroad(text), text);
    for (const text of ['a=b', 'a=~"b|c"', 'a=~"b.*"', 'a=~"[a-z]+"']) assert.ok(!isBroad(text), text);
  });

  it('match in time that does not explode', () => {
    const [matcher] = parseMatchers('a=~"(x+x+)+y"');
    const started = performance.now();
    assert.equal(matcher.matches({ a: 'x'.repeat(10_000) }), false);
    assert.ok(performance.now() - started < 1000);
    assert.match(faultOf(`a=~"${'x'.repeat(1001)}"`).expected, /1001 characters, expected at most 1000/);
  });
});
