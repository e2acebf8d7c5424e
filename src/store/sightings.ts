/** Notes a file in which a request stands: its row id, the file's, the offset there, and whether it is a copy. */
export const UPSERT_SIGHTING = `
  INSERT INTO sightings (request_id, file_id, offset_bytes, is_copy) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET offset_bytes = min(offset_bytes, excluded.offset_bytes), is_copy = min(is_copy, excluded.is_copy)`;
