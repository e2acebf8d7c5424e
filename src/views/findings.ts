import { compactTokens, exactNumber, label, plural } from './format.ts';
import type { AgentHealth, HealthReport, NotUnderstood } from './healthReport.ts';
import type { Finding } from './healthView.ts';
import { rejectedText } from './rejectedText.ts';
import { t } from './text.ts';

/** What is to be known of the figures: problems first. No content of a record is in it. */
export function findings(report: HealthReport, locale: string): Finding[] {
  const found = report.agents.flatMap((agent) => [
    ...drift(agent, 'unknown', locale),
    ...drift(agent, 'field', locale),
    ...rejected(agent, locale),
    ...unreadable(agent, locale),
    ...estimated(agent, locale),
    ...unlisted(agent, locale),
  ]);
  const { trouble } = report.store;
  const ofStore: Finding[] =
    trouble === null
      ? []
      : [
          {
            key: 'store',
            kind: 'problem',
            title: t('The store could not be used as it was'),
            text: trouble,
            listLabel: '',
            list: [],
          },
        ];
  return [...ofStore, ...found].toSorted((a, b) => Number(a.kind === 'note') - Number(b.kind === 'note'));
}

const DRIFT = {
  unknown: {
    names: (count: number, locale: string) => plural(count, '{0} record kind', '{0} record kinds', locale),
    text: () =>
      t(
        'They are passed over. Should one of them hold usage, it is missing from the figures: a newer version of Agent Token Meter may know it.',
      ),
  },
  field: {
    names: (count: number, locale: string) => plural(count, '{0} field', '{0} fields', locale),
    text: () =>
      t(
        'They stand beside the figures that are counted, where a new one may change what those mean: a newer version of Agent Token Meter may know them.',
      ),
  },
} as const;

/** What a version of an agent writes that this program does not know. */
function drift(agent: AgentHealth, outcome: keyof typeof DRIFT, locale: string): Finding[] {
  const { names, text } = DRIFT[outcome];
  return byVersion(agent, outcome).map(([version, rows]) => {
    const kinds = names(rows.length, locale);
    return {
      key: `${agent.type} ${outcome} ${version}`,
      kind: 'problem',
      title: t('{0} writes {1} we do not know', nameOf(agent, version), kinds),
      text: text(),
      listLabel: kinds,
      list: rows.map((row) => ({ label: label(row.detail, 100), value: exactNumber(row.records, locale) })),
    };
  });
}

function rejected(agent: AgentHealth, locale: string): Finding[] {
  return byVersion(agent, 'rejected').map(([version, rows]) => {
    const records = rows.reduce((sum, row) => sum + row.records, 0);
    return {
      key: `${agent.type} rejected ${version}`,
      kind: 'problem',
      title: plural(
        records,
        '{0} record of {1} cannot be used',
        '{0} records of {1} cannot be used',
        locale,
        nameOf(agent, version),
      ),
      text: t(
        'They are broken, or not what the format promises, and are not counted. All other records of these files are.',
      ),
      listLabel: plural(rows.length, '{0} reason', '{0} reasons', locale),
      list: rows.map((row) => ({
        label: t('{0}, as in {1}', rejectedText(row.detail), label(row.example, 300)),
        value: exactNumber(row.records, locale),
      })),
    };
  });
}

function unreadable(agent: AgentHealth, locale: string): Finding[] {
  const { unreadable: files } = agent;
  if (files.length === 0) return [];
  return [
    {
      key: `${agent.type} unreadable`,
      kind: 'problem',
      title: plural(
        files.length,
        '{0} file of {1} could not be read to the end',
        '{0} files of {1} could not be read to the end',
        locale,
        agent.name,
      ),
      text: t(
        'What was read of them before stays counted. They are read again when they change, or with the next start.',
      ),
      listLabel: plural(files.length, '{0} file', '{0} files', locale),
      list: files.map((file) => ({ label: label(file.path, 300), value: label(file.reason, 100) })),
    },
  ];
}

function estimated(agent: AgentHealth, locale: string): Finding[] {
  if (agent.estimated_turns === 0) return [];
  return [
    {
      key: `${agent.type} estimated`,
      kind: 'note',
      title: plural(
        agent.estimated_turns,
        'The output of {0} request of {1} is estimated',
        'The output of {0} requests of {1} is estimated',
        locale,
        agent.name,
      ),
      text: t(
        'Of {0} in all. The agent recorded no final figure of these replies. They are marked with ≈ in every total that holds them.',
        exactNumber(agent.turns, locale),
      ),
      listLabel: '',
      list: [],
    },
  ];
}

function unlisted(agent: AgentHealth, locale: string): Finding[] {
  if (agent.unlisted.length === 0) return [];
  const tokens = agent.unlisted.reduce((sum, row) => sum + row.total_tokens, 0);
  return [
    {
      key: `${agent.type} unlisted`,
      kind: 'note',
      title: t(
        '{0} states {1} more tokens, without the requests that used them',
        agent.name,
        compactTokens(tokens, locale),
      ),
      text: t('They stand beside the totals, never in them: when they were used, and for what, is not recorded.'),
      listLabel: plural(agent.unlisted.length, '{0} sum', '{0} sums', locale),
      list: agent.unlisted.map((row) => ({
        label: `${label(row.model, 60)} (${label(row.source, 40)})`,
        value: plural(row.total_tokens, '{0} token', '{0} tokens', locale),
      })),
    },
  ];
}

/** What was not understood in one way, by version of the agent. */
function byVersion(agent: AgentHealth, outcome: NotUnderstood['outcome']): [string | null, NotUnderstood[]][] {
  const versions = new Map<string | null, NotUnderstood[]>();
  for (const row of agent.not_understood) {
    if (row.outcome === outcome) versions.set(row.version, [...(versions.get(row.version) ?? []), row]);
  }
  return [...versions];
}

const nameOf = (agent: AgentHealth, version: string | null): string =>
  version === null ? agent.name : `${agent.name} ${label(version, 40)}`;
