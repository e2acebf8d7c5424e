import { label } from './format.ts';
import { t } from './text.ts';

/** Something in the settings, whatever it is. */
type Fields = Record<string, unknown>;
/** Takes what is wrong, in words. */
export type Tell = (message: string) => void;

const MOST_CHARS = 500;

/** Whether nothing stands there. */
export const isUnset = (value: unknown): value is null | undefined => value === undefined || value === null;

/** An object; `undefined` for anything else. */
export const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** A text of a length that people write; `undefined` for anything else. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= MOST_CHARS ? value : undefined;

/** A foreign text in a message. */
export const quoted = (text: string): string => `“${label(text, 60)}”`;

/** A value as it stands in the setting, short. */
export function shown(value: unknown): string {
  if (value === undefined) return t('nothing');
  if (typeof value === 'string') return quoted(value);
  return label(Number.isNaN(value) ? 'NaN' : (JSON.stringify(value) ?? String(value)), 60);
}
