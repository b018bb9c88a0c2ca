// Reads pages of a room's history.

const LIMIT = 60;
const WITHIN = 15_000;

/**
 * @param {string} room
 * @param {Record<string, number>} place one of before, after, around, at; none for the newest
 * @returns {Promise<object>} a page as Rooms/HistoryPage.cs writes it
 */
export async function readPage(room, place = {}, limit = LIMIT) {
  const query = new URLSearchParams({ ...place, limit: String(limit) });
  const answer = await fetch(`/chat/rooms/${encodeURIComponent(room)}/page?${query}`, {
    signal: AbortSignal.timeout(WITHIN),
    cache: "no-store",
  });
  if (!answer.ok) {
    throw new Error(`The page could not be read: ${answer.status}`);
  }
  return answer.json();
}
