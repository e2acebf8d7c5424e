/** Gives a text in the reader's language, with `{0}` or `{name}` filled in: `t('{0} of {1} tokens', used, limit)`. Every text that a person
 * reads in VS Code goes through it, in views and in pages; English is the key. */
export { t } from '@vscode/l10n';
