import { notUnderstood } from '../queries/coverage.ts';
import { agentHealth, agentVersions, storeHealth, unreadFiles } from '../queries/health.ts';
import { unlistedUsage } from '../queries/unlisted.ts';
import type { Reader } from '../store/reader.ts';
import { healthLines, healthView } from '../views/health.ts';
import { healthReport } from '../views/healthReport.ts';
import type { Answer, AnswerFacts, Asked } from './answerFacts.ts';

export function answerHealthReport(reader: Reader, facts: AnswerFacts): Answer<'healthReport'> {
  const agents = agentHealth(reader);
  return healthReport({
    lookups: facts.lookups(),
    agents,
    versions: agentVersions(reader),
    notUnderstood: notUnderstood(reader),
    unread: unreadFiles(reader),
    unlisted: agents.map(({ agent }) => ({ agent, rows: unlistedUsage(reader, { agents: [agent] }) })),
    store: storeHealth(reader),
    storePlace: facts.storePlace,
  });
}

export function answerHealth(reader: Reader, request: Asked<'health'>, facts: AnswerFacts): Answer<'health'> {
  return healthView(answerHealthReport(reader, facts), { ...request, progress: facts.progress });
}

export function answerHealthLines(
  reader: Reader,
  request: Asked<'healthLines'>,
  facts: AnswerFacts,
): Answer<'healthLines'> {
  return healthLines(answerHealthReport(reader, facts), request.locale);
}
