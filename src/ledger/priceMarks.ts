/** What the price library's prices are marked with; provider and model follow. */
export const LIBRARY = 'genai-prices:';

/** Version of the library: requests that were priced by another one are priced anew. */
export const LIBRARY_VERSION = '0.1.8';

/** Marks prices of the public list; its name of the model follows. */
export const LISTED = 'openrouter:';
export const OWN = 'user';
export const RECORDED = 'recorded';
