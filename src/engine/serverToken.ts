import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits, in letters that need no quotes anywhere. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** Whether a text can be a token: long enough not to be guessed, and what a header can carry. */
export const isToken = (text: string): boolean => /^[A-Za-z0-9._~+/=-]{16,512}$/.test(text);

/** Compares an `Authorization` header in a time that tells nothing of the token, nor of its length. */
export function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return (authorization = '') => {
    const [, given] = /^Bearer +([^\s]+)$/i.exec(authorization) ?? [];
    return timingSafeEqual(digest(given ?? ''), expected) && given !== undefined;
  };
}
