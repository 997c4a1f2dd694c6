// What a monitor asks for: the Prometheus text format 0.0.4. Its names and labels are fixed; nothing in it comes from
// anybody's data.
import type { Status } from '../../shared/api.js';
import { LIMITS } from '../../shared/limits.js';

/** Answers so far, by the first digit of their status. */
export type Responses = Record<'1xx' | '2xx' | '3xx' | '4xx' | '5xx', number>;

export interface MetricsSource {
  status: Status;
  responses: Responses;
  memory: { rss: number; heapUsed: number };
}

type Sample = readonly [labels: string, value: number];

export function metricsText({ status, responses, memory }: MetricsSource): string {
  const lines: string[] = [];
  const family = (name: string, type: 'gauge' | 'counter', help: string, samples: Sample[]) => {
    lines.push(`# HELP whodid_${name} ${help}`, `# TYPE whodid_${name} ${type}`);
    for (const [labels, value] of samples) lines.push(`whodid_${name}${labels} ${value}`);
  };
  const gauge = (name: string, help: string, value: number) => family(name, 'gauge', help, [['', value]]);

  family('build_info', 'gauge', 'The version that runs.', [[`{version="${status.version}"}`, 1]]);
  gauge('uptime_seconds', 'Since it was started.', status.uptimeMs / 1000);
  gauge('log_events', 'Events in the log.', status.storedSeq);
  gauge('accepting', 'Whether changes are accepted (1) or refused (0).', Number(status.accepting));
  gauge('logger_running', 'Whether the logger thread runs.', Number(status.logger === 'running'));
  gauge('free_disk_bytes', 'Free on the disk of the data directory.', status.freeDiskBytes);
  gauge(
    'free_disk_bytes_least',
    'Below it changes are refused (503), below half of it reads.',
    status.minFreeBytes,
  );
  if (status.checkpoints !== undefined) {
    gauge(
      'checkpoints_leaving',
      'Whether checkpoints leave as configured.',
      Number(status.checkpoints === 'ok'),
    );
  }
  for (const { name, value, limit, unit } of status.limits) {
    const { what, atLimit } = LIMITS.find(kind => kind.name === name)!;
    const metric = `${snake(name)}${unit === 'bytes' ? '_bytes' : ''}`;
    gauge(metric, `${capitalised(what)}.`, value);
    gauge(`${metric}_limit`, `From here on: ${atLimit}.`, limit);
  }
  family(
    'http_responses_total',
    'counter',
    'Answers, by class of status.',
    Object.entries(responses).map(([kind, count]) => [`{class="${kind}"}`, count] as const),
  );
  gauge('process_resident_memory_bytes', 'Resident memory of the process.', memory.rss);
  gauge('process_heap_used_bytes', 'Used heap of the main thread.', memory.heapUsed);
  return `${lines.join('\n')}\n`;
}

const snake = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
const capitalised = (text: string) => text[0]!.toUpperCase() + text.slice(1);
