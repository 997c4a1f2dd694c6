// Verdicts for people, for TAP consumers (TAP 14) and for CI servers (JUnit XML).
import { formatRef } from '../../shared/object-ref.js';
import { escapeText } from '../output/escape.js';
import type { NearMiss, Verdict } from './expectation.js';

export type VerdictFormat = 'text' | 'tap' | 'junit';

export function verdictText(verdicts: readonly Verdict[], format: VerdictFormat): string {
  if (format === 'tap') return tap(verdicts);
  if (format === 'junit') return junit(verdicts);
  return verdicts.map(plain).join('');
}

function plain(verdict: Verdict): string {
  const name = escapeText(verdict.name);
  if (verdict.passed) return `ok      ${name}\n`;
  return `not ok  ${name}: ${counts(verdict)}\n${verdict.nearest.map(near => `        ${nearText(near)}\n`).join('')}`;
}

const counts = ({ found, expected }: Verdict) => `found ${found}, expected ${expected}`;

/** An event in a line, and how it differs. */
function nearText({ event, differs }: NearMiss): string {
  const { timestamp, actorType, actorId, action, targetType, targetId, outcome, eventName, id } = event;
  const facts = [
    new Date(timestamp).toISOString(),
    formatRef(actorType, actorId),
    action,
    formatRef(targetType, targetId),
    outcome,
    eventName ?? '',
    id,
  ];
  const how = differs.length === 0 ? 'matches' : `differs in ${differs.join(', ')}`;
  return escapeText(`${how}: ${facts.join(' ')}`);
}

/** TAP version 14 (https://testanything.org); `#` in a name would begin a directive. */
function tap(verdicts: readonly Verdict[]): string {
  const lines = verdicts.flatMap((verdict, index) => {
    const name = escapeText(verdict.name).replaceAll('#', '\\#');
    const head = `${verdict.passed ? 'ok' : 'not ok'} ${index + 1} - ${name}`;
    if (verdict.passed) return [head];
    const nearest = verdict.nearest.map(near => `    - ${JSON.stringify(nearText(near))}`);
    return [
      head,
      '  ---',
      `  message: ${JSON.stringify(counts(verdict))}`,
      ...(nearest.length === 0 ? [] : ['  nearest:', ...nearest]),
      '  ...',
    ];
  });
  return `TAP version 14\n1..${verdicts.length}\n${lines.join('\n')}\n`;
}

/** The JUnit XML that CI servers read. */
function junit(verdicts: readonly Verdict[]): string {
  const failures = verdicts.filter(({ passed }) => !passed).length;
  const cases = verdicts.map(verdict => {
    const head = `  <testcase classname="whodid.expect" name="${xml(escapeText(verdict.name))}"`;
    if (verdict.passed) return `${head}/>`;
    const nearest = verdict.nearest.map(nearText).join('\n');
    return `${head}>\n    <failure message="${xml(counts(verdict))}">${xml(nearest)}</failure>\n  </testcase>`;
  });
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="whodid expect" tests="${verdicts.length}" failures="${failures}">\n` +
    `${cases.join('\n')}\n</testsuite>\n`
  );
}

const XML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (text: string) => text.replace(/[&<>"]/g, character => XML[character]!);
