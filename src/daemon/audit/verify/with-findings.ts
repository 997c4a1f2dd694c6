// Joins what was found before a verification with its verdict.
import { type Finding, type LogVerdict, MAX_FINDINGS } from '../../../shared/verification.js';

export function withFindings(verdict: LogVerdict, more: readonly Finding[]): LogVerdict {
  if (more.length === 0) return verdict;
  return {
    ...verdict,
    ok: false,
    findings: [...verdict.findings, ...more].slice(0, MAX_FINDINGS),
    found: verdict.found + more.length,
  };
}
