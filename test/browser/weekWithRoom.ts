const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** When weeks begin for a test or a picture: this one has most of its days behind it, and does not end before the day after tomorrow. */
export const WEEK_WITH_ROOM = { day: DAYS[(new Date().getUTCDay() + 2) % 7] };
