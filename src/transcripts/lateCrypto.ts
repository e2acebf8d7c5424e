/** `node:crypto`, loaded with the first use: that takes a tenth of what a report over unchanged transcripts takes, which needs none of it. */
export const lateCrypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');
