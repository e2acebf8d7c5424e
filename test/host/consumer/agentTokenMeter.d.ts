export type * from '../../../api.d.ts';
