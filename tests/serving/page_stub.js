// page.js in a page of stubs: `node page_stub.js page.js EXPRESSION` prints what the expression comes to, as JSON.
"use strict";
const fs = require("fs");
const vm = require("vm");

const elements = new Map();
const anything = () => {
  const listeners = {};
  const plain = {
    listeners, classList: { add() {}, remove() {}, toggle() {}, contains: () => false }, style: { setProperty() {} },
    children: [], hidden: false, disabled: false, textContent: "", value: "", title: "", checked: false,
    addEventListener: (name, heard) => (listeners[name] = heard), replaceChildren() {}, append() {}, pause() {}, focus() {},
    querySelector: () => anything(), setAttribute() {}, getContext: () => null,
  };
  plain.click = () => !plain.disabled && listeners.click && listeners.click();
  return plain;
};
const streams = [];
const page = {
  streams,
  sent: [],
  limits: { sound_s: 600, upload_bytes: 64 * 2 ** 20 },
  fails: false,
  contexts: 0, // open
  document: {
    getElementById: (id) => elements.get(id) || (elements.set(id, anything()), elements.get(id)),
    createElement: anything,
  },
  matchMedia: () => ({ matches: false, addEventListener() {} }),
  sessionStorage: { getItem: () => null, setItem() {} },
  location: { href: "http://127.0.0.1/" },
  addEventListener() {},
  navigator: {
    mediaDevices: {
      getUserMedia: async () => {
        const stream = { open: true, getTracks: () => [{ stop: () => (stream.open = false) }] };
        streams.push(stream);
        return stream;
      },
    },
  },
  AudioContext: class {
    sampleRate = 48000;
    constructor() { page.contexts += 1; }
    audioWorklet = { addModule: async () => { if (page.fails) throw new Error("no worklet"); } };
    createMediaStreamSource() { return { connect() {} }; }
    async close() { page.contexts -= 1; }
  },
  AudioWorkletNode: class { port = (page.port = {}); },
  WebSocket: class { static OPEN = 1; readyState = 0; close() {} },
  FormData: class { append(name, file) { page.sent.push(file); } },
  fetch: async (path) => ({
    ok: path === "/v1/model",
    status: 422,
    json: async () => (path === "/v1/model" ? { name: "tiny", labels: [], dimensions: [], limits: page.limits } : {}),
  }),
  rest: () => new Promise((done) => setTimeout(done, 20)),
  URL, File, setTimeout, console,
};
vm.createContext(page);
vm.runInContext(fs.readFileSync(process.argv[2], "utf8"), page);
Promise.resolve(vm.runInContext(`(async () => (${process.argv[3]}))()`, page)).then((found) => console.log(JSON.stringify(found)));
