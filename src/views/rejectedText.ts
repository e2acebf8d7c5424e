import { label } from './format.ts';
import { t } from './text.ts';

/** Why a record cannot be used, in the reader's language: readers of transcripts say it in English. What they say of a format stays as it is. */
export function rejectedText(detail: string): string {
  const [, what = ''] = /^(.*) is no JSON object$/.exec(detail) ?? [];
  if (what) return t('{0} is no JSON object', label(what, 80));
  const [, role = ''] = /^message of (.*)$/.exec(detail) ?? [];
  if (role) return t('a message of “{0}” that cannot be read', label(role, 80));
  switch (detail) {
    case 'not JSON':
      return t('not JSON');
    case 'not a JSON object':
      return t('not a JSON object');
    case 'no type':
      return t('no type');
    case 'no usage':
      return t('no usage');
    case 'schema':
      return t('not of the form that the format promises');
    case 'impossible token count':
      return t('impossible token count');
    case 'message without time':
      return t('message without time');
    case 'message without time or kind':
      return t('message without time or kind');
    case 'message with impossible tokens':
      return t('message with impossible tokens');
    case 'message with impossible metrics':
      return t('message with impossible figures');
    case 'compaction with impossible tokens':
      return t('compaction with impossible tokens');
    case 'operation that does not fit':
      return t('operation that does not fit');
    case 'database of an unknown schema':
      return t('database of an unknown form');
    case 'session has no list of messages':
      return t('session without a list of messages');
    case 'session is no JSON object with an id':
      return t('session that is no JSON object with an id');
    case 'task is no JSON array':
      return t('task that is no JSON array');
    case 'compressed: needs Node 22.15':
      return t('compressed: a newer editor is needed to read it');
    case 'compressed: too large':
      return t('compressed, and too large when it is not');
    default:
      return label(detail, 100);
  }
}
