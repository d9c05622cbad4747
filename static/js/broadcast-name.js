/**
 * The name under which this tab broadcasts in a room. It outlives a reload, so that the session goes on, and neither a
 * stop nor a session: the server takes a name that it knows from an ended one for a page that was cut off before it
 * heard so, and leads one that it knows from an ending one to that end.
 */
export class BroadcastName {
  #key;

  constructor(room) {
    this.#key = `subtitles.broadcast.${room}`;
  }

  get value() {
    const value = sessionStorage.getItem(this.#key) ?? crypto.randomUUID();
    sessionStorage.setItem(this.#key, value);
    return value;
  }

  forget() {
    sessionStorage.removeItem(this.#key);
  }
}
