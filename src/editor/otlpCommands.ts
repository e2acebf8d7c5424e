import * as vscode from 'vscode';
import { parseHeaders } from './otlpHeaders.ts';
import { SECRETS } from './secrets.ts';

const HEADER_FORM = 'Authorization: Bearer …';

/** Asks for the headers that a collector of metrics wants, most often an authorization. Nothing = none are sent any more. */
export async function setOtlpHeaders(secrets: vscode.SecretStorage): Promise<void> {
  const headers = await vscode.window.showInputBox({
    title: vscode.l10n.t('OpenTelemetry Headers'),
    prompt: vscode.l10n.t(
      'Headers with which metrics are exported, with a semicolon in between. They are kept in the secret storage.',
    ),
    placeHolder: HEADER_FORM,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || Object.keys(parseHeaders(text)).length > 0
        ? undefined
        : vscode.l10n.t('A header looks like this: {0}', HEADER_FORM),
  });
  if (headers === undefined) return;
  if (headers.trim() === '') await secrets.delete(SECRETS.otlpHeaders);
  else await secrets.store(SECRETS.otlpHeaders, headers);
}
