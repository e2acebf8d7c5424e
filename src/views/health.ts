import type { TableView } from './dashboardView.ts';
import { findings } from './findings.ts';
import { clockTime, dateText, exactNumber, fileSize, label, listed, plural } from './format.ts';
import type { AgentHealth, HealthReport } from './healthReport.ts';
import type { HealthView, Lookup } from './healthView.ts';
import { type MeterInput, readingHistory } from './meter.ts';
import { sentences, t } from './text.ts';

/** For whom the page is written. */
export interface HealthReader {
  locale: string;
  timeZone: string;
  nowMs: number;
  /** While the first read is under way. */
  progress?: MeterInput['progress'];
}

/** The health page. */
export function healthView(report: HealthReport, reader: HealthReader): HealthView {
  const { locale, progress } = reader;
  const found = findings(report, locale);
  return {
    state: progress ? 'indexing' : report.agents.some((agent) => agent.files > 0) ? 'ready' : 'empty',
    notice: progress && sentences(readingHistory(progress, locale), t('The figures below still grow.')),
    verdict: verdict(report, found.filter((finding) => finding.kind === 'problem').length, locale),
    findings: found,
    agents: agentTable(
      report.agents.filter((agent) => agent.files > 0),
      reader,
    ),
    lookups: report.agents.map(lookup),
    store: store(report, reader),
    updatedAt: clockTime(reader.nowMs, reader),
  };
}

/** The same as lines for a log. */
export function healthLines(report: HealthReport, locale: string): string[] {
  const found = findings(report, locale);
  const none = report.agents.filter((agent) => agent.state === 'no_token_data');
  return [
    t('{0}.', readText(report, locale)),
    ...none.map((agent) => t('{0} is not counted: {1}.', agent.name, agent.reason === null ? '' : t(agent.reason))),
    ...found.map(({ title, list }) => {
      const particulars = list.map((entry) => `${entry.label} (${entry.value})`).join(', ');
      return particulars === '' ? title : `${title}: ${particulars}`;
    }),
  ];
}

function verdict(report: HealthReport, problems: number, locale: string): HealthView['verdict'] {
  return {
    isGood: problems === 0,
    title:
      problems === 0
        ? t('Everything that was found is understood')
        : plural(problems, '{0} finding to look at', '{0} findings to look at', locale),
    text: t('{0}.', readText(report, locale)),
  };
}

/** `Read 12,040 records of 83 transcripts; 2 rejected, 0 of unknown kinds; 1 transcript unreadable` */
function readText({ agents }: HealthReport, locale: string): string {
  const sum = (pick: (agent: AgentHealth) => number): number => agents.reduce((total, agent) => total + pick(agent), 0);
  const records = sum((agent) => agent.records);
  const rejected = sum((agent) => agent.rejected_records);
  const unknown = sum((agent) => agent.unknown_records);
  const transcripts = (count: number): string => plural(count, '{0} transcript', '{0} transcripts', locale);
  return [
    plural(
      records,
      'Read {0} record of {1}',
      'Read {0} records of {1}',
      locale,
      transcripts(sum((agent) => agent.files)),
    ),
    t('{0} rejected, {1} of unknown kinds', exactNumber(rejected, locale), exactNumber(unknown, locale)),
    plural(
      sum((agent) => agent.unreadable.length),
      '{0} transcript unreadable',
      '{0} transcripts unreadable',
      locale,
    ),
  ].join(t('; '));
}

const columns = (): TableView['columns'] => [
  { key: 'agent', label: t('Agent'), align: 'start' },
  { key: 'version', label: t('Version'), align: 'start' },
  { key: 'sessions', label: t('Sessions'), align: 'end' },
  { key: 'requests', label: t('Requests'), align: 'end' },
  { key: 'records', label: t('Records'), align: 'end' },
  { key: 'files', label: t('Transcripts'), align: 'end' },
  { key: 'first', label: t('First record'), align: 'end' },
  { key: 'last', label: t('Last record'), align: 'end' },
];

function agentTable(agents: AgentHealth[], reader: HealthReader): TableView {
  const { locale } = reader;
  const day = (at: string | null): string => (at ? dateText(Date.parse(at), reader, { dateStyle: 'medium' }) : '–');
  return {
    caption: t('Agents'),
    columns: columns(),
    rows: agents.map((agent) => ({
      key: agent.type,
      cells: [
        agent.name,
        versions(agent, locale),
        exactNumber(agent.sessions, locale),
        exactNumber(agent.turns, locale),
        exactNumber(agent.records, locale),
        exactNumber(agent.files, locale),
        day(agent.first_at),
        day(agent.last_at),
      ],
      share: 0,
      level: 0,
    })),
  };
}

/** Versions that are named; the others are counted. */
const NAMED_VERSIONS = 3;

function versions({ versions: seen }: AgentHealth, locale: string): string {
  if (seen.length === 0) return t('not recorded');
  const named = seen.slice(0, NAMED_VERSIONS).map(({ version }) => label(version, 30));
  const rest = seen.length - named.length;
  return rest === 0 ? listed(named) : t('{0} and {1} more', listed(named), exactNumber(rest, locale));
}

const STATES: Record<AgentHealth['state'], () => string> = {
  counted: () => t('counted'),
  not_found: () => t('not found'),
  disabled: () => t('switched off'),
  no_token_data: () => t('no token data'),
};

function lookup(agent: AgentHealth): Lookup {
  return {
    key: agent.type,
    label: agent.name,
    state: STATES[agent.state](),
    isFound: agent.state !== 'not_found',
    // One of those that `src/agents/withoutTokens.ts` names.
    reason: agent.reason === null ? undefined : t(agent.reason),
    folders: agent.looked_in.map(({ path, exists }) => ({
      path: label(path, 400),
      state: exists ? t('there') : t('not there'),
    })),
  };
}

function store({ store: kept }: HealthReport, reader: HealthReader): HealthView['store'] {
  const { locale } = reader;
  const starts = kept.history_starts_at;
  return [
    { label: t('File'), value: kept.path === null ? t('none: kept in memory') : label(kept.path, 400) },
    {
      label: t('Size'),
      value: fileSize(kept.size_bytes, locale),
      title: plural(kept.size_bytes, '{0} byte', '{0} bytes', locale),
    },
    { label: t('Requests'), value: exactNumber(kept.requests, locale) },
    { label: t('Sessions'), value: exactNumber(kept.sessions, locale) },
    {
      label: t('History starts on'),
      value: starts === null ? '–' : dateText(Date.parse(starts), reader, { dateStyle: 'medium' }),
    },
  ];
}
