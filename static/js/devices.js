/**
 * The choice of a microphone: a `<select data-device>` that lists the inputs and remembers the chosen one.
 *
 * Value "" is the browser's default; any other value is asked for exactly, so a device that has gone is an error and
 * not, silently, another device. Names are known only after the permission: call `list()` again then.
 */

import { words } from "./page.js";

const STORED = "subtitles.microphone";
const ALIASES = ["", "default", "communications"];

export class DeviceChoice {
  #select;

  constructor(select, chosen) {
    this.#select = select;
    select.addEventListener("change", () => {
      localStorage.setItem(STORED, select.value);
      chosen();
    });
    navigator.mediaDevices.addEventListener("devicechange", () => this.list());
  }

  get deviceId() {
    return localStorage.getItem(STORED) ?? "";
  }

  forget() {
    localStorage.removeItem(STORED);
    this.#select.value = "";
  }

  async list() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const inputs = devices.filter(({ kind, deviceId }) => kind === "audioinput" && !ALIASES.includes(deviceId));
    const options = inputs.map(
      ({ label, deviceId }, index) => new Option(label || words("device.unnamed", { n: index + 1 }), deviceId),
    );
    this.#select.replaceChildren(new Option(words("device.default"), ""), ...options);
    this.#select.value = this.deviceId;
    if (this.#select.selectedIndex < 0) this.#select.selectedIndex = 0;
  }
}
