import { createReadStream } from 'node:fs';
import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { costWords } from '../views/costShown.ts';
import { compactTokens, dateText, usd } from '../views/format.ts';
import { priceOrigin } from '../views/priceSource.ts';
import type { RequestReport } from '../views/usageReport.ts';
import { plainLabel } from './plainText.ts';
import { presentation } from './presentation.ts';

/** Requests that the picker offers. */
const OFFERED_REQUESTS = 500;

/**
 * "Why is this counted": lets the user choose a request, says where it stands and why it counts, and opens its transcript there.
 *
 * @param session `<agent id>:<session id>` whose requests are offered; all without
 */
export async function pickProvenance(engine: Engine, session?: string): Promise<void> {
  const where = presentation();
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { request?: RequestReport }>();
  picker.title = vscode.l10n.t('Why is this counted?');
  picker.placeholder = vscode.l10n.t('Choose a request, newest first');
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.busy = true;
  // An editor that was waiting to be focused must not close it.
  picker.ignoreFocusOut = true;
  picker.show();
  picker.onDidHide(() => picker.dispose());
  let requests: RequestReport[];
  try {
    requests = await engine.requests({ ...where, window: 'all', session, limit: OFFERED_REQUESTS });
  } catch (error) {
    picker.hide();
    throw error;
  }
  picker.items = requests.map((request) => ({
    label: vscode.l10n.t(
      '{0} · {1} tokens',
      dateText(Date.parse(request.at), where, { dateStyle: 'medium', timeStyle: 'medium' }),
      compactTokens(request.total_tokens, where.locale),
    ),
    description: `${plainLabel(request.agent)} · ${plainLabel(request.model, 60)}`,
    detail: [
      ...(request.name === 'main' ? [] : [plainLabel(request.name, 40)]),
      ...costText(request),
      ...(request.estimated ? [vscode.l10n.t('estimated')] : []),
    ].join(' · '),
    request,
  }));
  picker.busy = false;
  picker.onDidAccept(() => {
    const [chosen] = picker.selectedItems;
    picker.hide();
    if (chosen?.request) explain(chosen.request).catch(say);
  });
}

/** The cost of a request as it is shown: with the word for what it is, or not at all. */
function costText({ cost_usd: cost, cost_shown: own }: RequestReport): string[] {
  const { cost: general, locale } = presentation();
  if (general === 'off' || own === 'off') return [];
  return [cost === null ? vscode.l10n.t('unpriced') : costWords(usd(cost, locale), own === 'list' ? general : own)];
}

/** The same of one request by its number in the store. */
export async function explainRequest(engine: Engine, id: number): Promise<void> {
  const request = await engine.requestById({ id });
  if (request) await explain(request).catch(say);
  else void vscode.window.showInformationMessage(vscode.l10n.t('This request is in the store no more.'));
}

/** The reasons, and every transcript in which the request stands, to be opened at its record. */
async function explain(request: RequestReport): Promise<void> {
  const { source, copies } = request;
  const last = source.records > 1 ? [{ path: source.path, offset: source.last_offset }] : [];
  const places = [
    { label: `$(go-to-file) ${vscode.l10n.t('Open transcript at this record')}`, place: source },
    ...last.map((place) => ({
      label: `$(go-to-file) ${vscode.l10n.t('Open at the last of its {0} records', source.records)}`,
      place,
    })),
    ...copies.map((place) => ({ label: `$(files) ${vscode.l10n.t('Open a copy, not counted')}`, place })),
  ];
  const items = places.map(({ label, place }) => ({
    label,
    description: /\.(db|sqlite|sqlite3)$/.test(place.path)
      ? vscode.l10n.t('at row {0}', place.offset)
      : vscode.l10n.t('at byte {0}', place.offset),
    detail: plainLabel(place.path, 300),
    place,
  }));
  const price = priceOrigin(request.cost_usd === null ? null : request.price_source).sentence;
  const why = presentation().cost === 'off' ? request.why.filter((reason) => !reason.startsWith(price)) : request.why;
  const reasons = why.map((reason) => ({ label: '$(info)', description: reason, place: undefined }));
  const chosen = await vscode.window.showQuickPick([...items, ...reasons], {
    title: vscode.l10n.t('Request {0}', plainLabel(request.request, 60)),
    placeHolder: vscode.l10n.t('Where it stands, and why it counts'),
    ignoreFocusOut: true,
  });
  if (chosen?.place) await openRecord(chosen.place.path, chosen.place.offset);
}

/** Opens a transcript with the line selected that a byte lies in. A database is shown in its folder; one that is gone is named. */
export async function openRecord(path: string, offset: number): Promise<void> {
  const uri = vscode.Uri.file(path);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} is gone: the agent deletes old transcripts. Its figures are kept.', plainLabel(path, 300)),
    );
    return;
  }
  if (!/\.jsonl?$/.test(path)) {
    await vscode.commands.executeCommand('revealFileInOS', uri);
    return;
  }
  const start = new vscode.Position(await lineAt(path, offset), 0);
  // Also for files of more than 50 MB, which the editor shows but no extension may read.
  await vscode.commands.executeCommand('vscode.open', uri, { selection: new vscode.Range(start, start) });
}

function say(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  void vscode.window.showWarningMessage(vscode.l10n.t('The transcript cannot be opened: {0}', plainLabel(reason, 200)));
}

/** The number of line ends before a byte. */
async function lineAt(path: string, offset: number): Promise<number> {
  if (offset <= 0) return 0;
  let lines = 0;
  for await (const chunk of createReadStream(path, { end: offset - 1 }) as AsyncIterable<Buffer>)
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}
