"use strict";
// Record or open a recording, hear it, and see what was said how. Loads nothing but this service's own files.

const by = (id) => document.getElementById(id);
const dark = matchMedia("(prefers-color-scheme: dark)");
let model = null;
let key = sessionStorage.getItem("emoscope-key") || "";
let pending = null; // what waits for the key
let recording = null;
const HEAD_BYTES = 4096; // of a form and its recording, at the most
let shown = null; // the file's result and its sound, drawn again when the width or the colours change

// --- the service ---

class Refused extends Error {
  constructor(status, told) {
    super(told.message || `The service answered with status ${status}.`);
    this.code = told.code || "";
  }
}

async function ask(path, options = {}) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  let reply;
  try {
    reply = await fetch(path, { ...options, headers });
  } catch {
    throw new Error("The service does not answer. Is it still running?");
  }
  if (!reply.ok) throw new Refused(reply.status, await reply.json().catch(() => ({})));
  return reply.json();
}

async function load() {
  try {
    model = await ask("/v1/model");
    by("model").textContent = model.name;
    by("writing").hidden = !model.words;
    by("access").hidden = true;
    return true;
  } catch (error) {
    fail(error, load);
    return false;
  }
}

function say(text, bad = false) {
  by("status").textContent = text;
  by("status").classList.toggle("bad", bad);
}

function fail(error, again) {
  if (error.code === "serve.key") {
    pending = again;
    by("access").hidden = false;
    say(key ? "This is not the key." : "", Boolean(key));
    by("key").focus();
  } else {
    say(error.message, true);
  }
}

by("access").addEventListener("submit", async (event) => {
  event.preventDefault();
  key = by("key").value.trim();
  sessionStorage.setItem("emoscope-key", key);
  say("");
  const again = pending;
  if ((await load()) && again !== load) again();
});

const writes = () => Boolean(model && model.words && by("words").checked);

// --- a recording ---

async function analyze(file) {
  if (!model && !(await load())) {
    pending = () => analyze(file);
    return;
  }
  if (shown) forget();
  say(`Listening to ${titled(file)} …`);
  busy(true);
  const form = new FormData();
  form.append("file", file, file.name || "recording.wav");
  try {
    const report = await ask(`/v1/analyze${writes() ? "?words=true" : ""}`, { method: "POST", body: form });
    await show(report.files[0], file);
    say("");
  } catch (error) {
    forget();
    if (!error.message.includes(file.name)) error.message = `${titled(file)}: ${error.message}`;
    fail(error, () => analyze(file));
  } finally {
    busy(false);
  }
}

// What an answer belongs to: files by their names, and recordings made here.
const titled = (file) => (file.recorded ? "Your recording" : file.name);

// An answer must not stand there as if it were the next recording's.
function forget() {
  by("sound").pause();
  if (shown) URL.revokeObjectURL(shown.address);
  shown = null;
  by("answer").hidden = true;
  by("timeline").hidden = true;
}

function source(text) {
  by("source").textContent = text;
  by("source").title = text;
}

function busy(is) {
  by("choose").disabled = is;
  by("record").disabled = is;
}

by("choose").addEventListener("click", () => by("file").click());
by("file").addEventListener("change", () => {
  if (by("file").files.length) analyze(by("file").files[0]);
  by("file").value = "";
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  by("drop").classList.add("over");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) by("drop").classList.remove("over");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  by("drop").classList.remove("over");
  if (event.dataTransfer.files.length && !by("choose").disabled) analyze(event.dataTransfer.files[0]);
});

// --- the microphone ---

by("record").addEventListener("click", () => (recording ? stopRecording() : startRecording()));

async function startRecording() {
  busy(true); // until it is open: a second click would open another microphone, which nothing closes again
  try {
    if (!model && !(await load())) return;
    recording = await microphone();
  } finally {
    busy(false);
  }
  if (!recording) return;
  const own = recording;
  const rate = own.context.sampleRate;
  const longest = Math.min(model.limits.sound_s, (model.limits.upload_bytes - HEAD_BYTES) / (2 * rate)) - 1;
  let seconds = 0;
  own.node.port.onmessage = (message) => {
    own.blocks.push(message.data);
    seconds += message.data.length / rate;
    if (own.socket.readyState === WebSocket.OPEN) own.socket.send(message.data.buffer);
    if (seconds >= longest && recording === own) stopRecording("The service takes no longer recordings.");
  };
  by("record").classList.add("recording");
  by("record").querySelector("span").textContent = "Stop";
  by("choose").disabled = true;
  forget();
  by("answer").hidden = false;
  source("From the microphone");
  headline(null, "Listening");
  spoken(null);
  bars(null);
  say("Speak. What is heard is judged while you speak.");
}

// The microphone, open; null, and why is said, where there is none to be had.
async function microphone() {
  if (!navigator.mediaDevices) {
    say("The browser records only at https addresses and on this machine.", true);
    return null;
  }
  let stream;
  try {
    const wanted = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
  } catch {
    say("There is no microphone, or the browser does not allow it.", true);
    return null;
  }
  let context = null;
  try {
    context = new AudioContext();
    await context.audioWorklet.addModule("/recorder.js");
    const node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
    context.createMediaStreamSource(stream).connect(node);
    return { stream, context, node, blocks: [], socket: liveSocket(context.sampleRate) };
  } catch {
    stream.getTracks().forEach((track) => track.stop());
    if (context) context.close(); // a browser gives no more than a few
    say("This browser cannot record: open a recording.", true);
    return null;
  }
}

function liveSocket(rate) {
  const address = new URL("/v1/live", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.onopen = () => socket.send(JSON.stringify({ rate: Math.round(rate), format: "f32le", key, words: writes() }));
  socket.onmessage = (message) => {
    const event = JSON.parse(message.data);
    if (event.event === "partial" || event.event === "final") answer(event);
    if (event.event === "words") spoken(event); // of what was answered a moment ago
    if (event.event === "failure") say(event.message, true);
  };
  return socket;
}

async function stopRecording(because = "") {
  const { stream, context, blocks, socket } = recording;
  recording = null;
  by("record").classList.remove("recording");
  by("record").querySelector("span").textContent = "Record";
  by("choose").disabled = false;
  stream.getTracks().forEach((track) => track.stop());
  socket.onmessage = null;
  socket.close();
  await context.close();
  if (blocks.length) {
    await analyze(Object.assign(wav(blocks, context.sampleRate), { recorded: true }));
    if (because && shown) say(because);
  } else {
    forget();
    say("Nothing was recorded.", true);
  }
}

function wav(blocks, rate) {
  const count = blocks.reduce((sum, block) => sum + block.length, 0);
  const view = new DataView(new ArrayBuffer(44 + 2 * count));
  const text = (at, letters) => [...letters].forEach((c, k) => view.setUint8(at + k, c.charCodeAt(0)));
  text(0, "RIFF"); view.setUint32(4, 36 + 2 * count, true); text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
  view.setUint32(24, rate, true); view.setUint32(28, 2 * rate, true); view.setUint16(32, 2, true);
  view.setUint16(34, 16, true); text(36, "data"); view.setUint32(40, 2 * count, true);
  let at = 44;
  for (const block of blocks) {
    for (const sample of block) {
      view.setInt16(at, Math.max(-1, Math.min(1, sample)) * 32767, true);
      at += 2;
    }
  }
  return new File([view], "recording.wav", { type: "audio/wav" });
}

// --- what is shown ---

function colour(name, on = false) {
  const hue = model && model.colours[name];
  if (!hue) return "";
  return dark.matches ? (on ? hue.on_dark : hue.dark) : on ? hue.on_light : hue.light;
}

const percent = (share) => `${Math.round(100 * share)}\u00a0%`;
function clock(seconds) {
  const tenths = Math.round(10 * seconds);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
}
const capital = (text) => text && `${text[0].toUpperCase()}${text.slice(1)}`;

// Why an answer is uncertain, by the rules of desktop_app/core/doubt.py, whose words the service gives; `utterances` are
// those of a whole recording.
function why(result, utterances = []) {
  const words = model.doubt.why;
  if (result.uncertain_because !== "between") return words[result.uncertain_because] || "";
  if (severalHeard(utterances)) return words.several_heard;
  const [first, second, third] = Object.values(result.probabilities || {}).sort((a, b) => b - a);
  const close = (share) => first > 0 && share >= model.doubt.close * first;
  return close(third) ? words.between_several : close(second) ? words.between_two : words.between;
}

// Whether most of the speech has answers, and these are not all the same.
function severalHeard(utterances) {
  const spoken = utterances.filter((one) => !one.not_a_voice);
  const seconds = (some) => some.reduce((sum, one) => sum + one.end_s - one.start_s, 0);
  const sure = spoken.filter((one) => !one.uncertain);
  return new Set(sure.map((one) => one.label)).size > 1 && 2 * seconds(sure) >= seconds(spoken);
}

function headline(name, text, detail = "") {
  by("label").textContent = text;
  by("label").style.color = name ? colour(name) : "";
  by("detail").textContent = detail;
}

// What was said, and in which language if that is not the page's.
function spoken(transcript) {
  put(by("spoken"), transcript, transcript && transcript.fused);
}

function put(place, transcript, fused) {
  place.textContent = transcript ? written(transcript) : "";
  place.lang = (transcript && transcript.language) || "";
  const told = transcript ? byWords(transcript.emotion, fused) : "";
  if (!told) return;
  const beneath = document.createElement("small");
  beneath.lang = "en";
  beneath.textContent = told;
  place.append(beneath);
}

// What the words tell, and what voice and words do, where the service was started with models for that.
function byWords(emotion, fused) {
  const share = ({ label, probabilities }) => `${label} ${percent(probabilities[label])}`;
  const both = fused && (fused.uncertain ? `uncertain (${share(fused)})` : share(fused));
  return [emotion && `By the words: ${share(emotion)}.`, emotion && fused && `Voice and words: ${both}.`]
    .filter(Boolean).join(" ");
}

const written = ({ text, language }) => (text && language !== "en" ? `${language} · ${text}` : text);

function answer(result, utterances = []) {
  if (!result) {
    headline(null, "No speech found", "Nothing in this recording could be judged.");
    bars(null);
  } else if (result.not_a_voice) {
    headline(null, capital(model.doubt.why.not_a_voice));
    bars(result);
  } else if (result.values) {
    headline(null, result.uncertain ? "Uncertain" : "Dimensions", capital(why(result)));
    bars(result);
  } else if (result.uncertain) {
    const because = why(result, utterances);
    const closest = `Closest: ${result.label} ${percent(result.confidence)}`;
    headline(null, "Uncertain", because ? `${capital(because)}. ${closest}` : closest);
    bars(result);
  } else {
    headline(result.label, result.label, `With ${percent(result.confidence)} probability`);
    bars(result);
  }
}

function bars(result) {
  const values = result ? result.values || result.probabilities : {};
  const names = model.labels.length ? model.labels : model.dimensions;
  const list = by("bars");
  if (list.children.length !== names.length) {
    list.replaceChildren(...names.map((name) => {
      const row = document.createElement("li");
      row.append(...["span", "i", "em"].map((kind) => document.createElement(kind)));
      row.children[0].textContent = name;
      row.children[1].append(document.createElement("b"));
      return row;
    }));
  }
  names.forEach((name, k) => {
    const [, bar, number] = list.children[k].children;
    const share = values[name];
    list.children[k].classList.toggle("faint", !(share >= 0.05));
    bar.firstChild.style.setProperty("--c", colour(name));
    bar.firstChild.style.width = `${100 * (share || 0)}%`;
    number.textContent = share === undefined ? "" : percent(share);
  });
}

async function show(result, file) {
  forget();
  shown = { result, address: URL.createObjectURL(file), samples: null, at: null };
  by("answer").hidden = false;
  by("timeline").hidden = false;
  source(titled(file));
  by("sound").src = shown.address;
  const own = shown;
  const reader = new OfflineAudioContext(1, 1, 16000);
  try {
    own.samples = (await reader.decodeAudioData(await file.arrayBuffer())).getChannelData(0);
  } catch {
    own.samples = null; // a format that this browser does not know: blocks and table are there all the same
  }
  draw();
}

function draw() {
  if (!shown) return;
  const { result } = shown;
  answer(result.overall, result.segments);
  spoken(null);
  const wrote = result.segments.some((segment) => segment.transcript);
  by("said-title").hidden = !wrote;
  by("table").classList.toggle("said", wrote);
  by("length").textContent = clock(result.duration_s);
  const parts = result.segments.map((segment) => ({ segment, sure: !segment.uncertain && segment.label }));
  by("blocks").replaceChildren(...parts.map(({ segment, sure }) => {
    const block = document.createElement("button");
    block.type = "button";
    block.style.left = `${(100 * segment.start_s) / result.duration_s}%`;
    block.style.width = `${(100 * (segment.end_s - segment.start_s)) / result.duration_s}%`;
    block.append(document.createElement("span"));
    block.firstChild.textContent = said(segment);
    block.title = `${clock(segment.start_s)} to ${clock(segment.end_s)}: ${said(segment)}`;
    block.setAttribute("aria-label", block.title);
    if (sure) paint(block, segment.label);
    else block.classList.add("doubt");
    block.addEventListener("click", () => play(segment));
    return block;
  }));
  fit();
  by("table").tBodies[0].replaceChildren(...parts.map(({ segment, sure }) => {
    const row = document.createElement("tr");
    const [time, label, confidence] = [0, 1, 2].map(() => row.insertCell());
    time.textContent = `${clock(segment.start_s)} – ${clock(segment.end_s)}`;
    const mark = document.createElement("i");
    if (sure) paint(mark, segment.label);
    label.append(mark, said(segment));
    confidence.textContent = sure ? percent(segment.confidence) : "";
    if (wrote) {
      const words = row.insertCell();
      words.className = "words";
      put(words, segment.transcript, segment.fused);
    }
    row.addEventListener("click", () => play(segment));
    return row;
  }));
  by("table").hidden = !parts.length;
  by("warnings").replaceChildren(...result.warnings.map((warning) => {
    const item = document.createElement("li");
    item.textContent = warning.message;
    return item;
  }));
  wave();
}

// A block shows its text whole or not at all.
function fit() {
  const blocks = [...by("blocks").children];
  const cut = blocks.map(({ firstChild }) => firstChild.scrollWidth > firstChild.clientWidth);
  blocks.forEach((block, k) => block.classList.toggle("narrow", cut[k]));
}

function said(segment) {
  if (segment.not_a_voice) return model.doubt.why.not_a_voice;
  if (segment.values) {
    return Object.entries(segment.values).map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ");
  }
  return segment.uncertain ? "uncertain" : segment.label;
}

function paint(element, label) {
  element.style.setProperty("--c", colour(label));
  element.style.setProperty("--i", colour(label, true));
}

function wave() {
  const canvas = by("wave");
  canvas.hidden = !shown.samples;
  if (!shown.samples) return;
  const scale = devicePixelRatio || 1;
  const width = (canvas.width = Math.round(canvas.clientWidth * scale));
  const height = (canvas.height = Math.round(96 * scale));
  const { samples, result } = shown;
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const rest = style.getPropertyValue("--wave");
  let loudest = 0.02;
  for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
  const step = Math.max(1, Math.round(2 * scale));
  for (let x = 0; x < width; x += step) {
    const from = Math.floor((x / width) * samples.length);
    const to = Math.min(samples.length, Math.max(from + 1, Math.floor(((x + step) / width) * samples.length)));
    let peak = 0;
    for (let k = from; k < to; k++) peak = Math.max(peak, Math.abs(samples[k]));
    const time = (x / width) * result.duration_s;
    const here = result.segments.find((segment) => segment.start_s <= time && time < segment.end_s);
    pen.fillStyle = (here && !here.uncertain && colour(here.label)) || rest;
    const tall = Math.max(scale, (peak / loudest) * (height - 8 * scale));
    pen.fillRect(x, (height - tall) / 2, Math.max(1, step - scale * 0.6), tall);
  }
}

// --- hearing it ---

function play(segment) {
  by("sound").currentTime = segment.start_s;
  by("sound").play().catch(() => {});
}

function follow() {
  const sound = by("sound");
  const duration = shown ? shown.result.duration_s : 0;
  by("playhead").style.display = duration && (sound.currentTime > 0 || !sound.paused) ? "block" : "none";
  by("playhead").style.left = `${(100 * sound.currentTime) / (duration || 1)}%`;
  if (!sound.paused) requestAnimationFrame(follow);
}
for (const event of ["play", "seeked", "pause"]) by("sound").addEventListener(event, follow);
by("wave").addEventListener("click", (event) => {
  by("sound").currentTime = (event.offsetX / by("wave").clientWidth) * shown.result.duration_s;
});
addEventListener("resize", () => {
  if (!shown) return;
  fit();
  wave();
});
dark.addEventListener("change", draw);

load();
