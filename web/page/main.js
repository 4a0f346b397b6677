/** The page: takes what a visitor gives, has it checked, and shows the report. */

import { fromAddress, fromDrop, fromFiles, fromListed, fromPicked, fromText } from "./given.js";
import { Validator } from "./validator.js";

const at = (id) => document.getElementById(id);
const urls = []; // of downloads, to be let go of

const validator = new Validator({
  ready(versions) {
    if (!running) say("Ready.");
    if (at("version").options.length > 1) return; // after a stop
    for (const version of versions) at("version").add(new Option(version, version));
    at("version").value = new URLSearchParams(location.search).get("version") ?? "";
    keep();
  },
  progress: (documents) => say(`Checking … ${documents.toLocaleString("en")} documents`, true),
  failed: (message) => say(`The validator failed: ${message}`),
});
let running = 0;

/** Check what comes of a promise, unless something else is given meanwhile. */
async function check(promise) {
  const number = ++running;
  if (!at("stop").hidden) validator.stop();
  clear();
  say(at("version").options.length > 1 ? "Checking …" : "Loading the validator …", true);
  try {
    const given = await promise;
    if (!given.length) throw new Error("there is no file and no folder in it");
    await validator.ready; // which tells the versions that can be chosen
    if (number !== running) return;
    const done = await validator.check(given, at("version").value || undefined, at("profile").value);
    if (number === running) show(done);
  } catch (error) {
    if (number === running) say(error.message === "stopped" ? "Stopped." : `Could not be checked: ${error.message}`);
  }
}

function show({ problem, verdicts, json, html }) {
  if (problem) {
    say(problem);
    return;
  }
  say(verdicts.length === 1 ? verdicts[0] : `${verdicts.length} checked`);
  offer("json", json, "application/json");
  offer("html", html, "text/html");
  at("downloads").hidden = false;
  at("outcome").append(framed(html));
}

/** Return a frame for a report, which may do nothing but run its own script; a new one, so that "back" leads away. */
function framed(html) {
  const frame = document.createElement("iframe");
  frame.id = "report";
  frame.title = "Report";
  frame.sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
  frame.srcdoc = html;
  return frame;
}

function clear() {
  at("downloads").hidden = true;
  at("report")?.remove();
  urls.splice(0).forEach((url) => URL.revokeObjectURL(url));
}

function offer(id, text, type) {
  urls.push((at(id).href = URL.createObjectURL(new Blob([text], { type }))));
}

function say(words, busy = false) {
  at("status").textContent = words;
  at("busy").hidden = at("stop").hidden = !busy;
}

/** Keep the page for times without a network, once all of it was loaded. */
async function keep() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(new URL("sw.js", import.meta.url));
  await navigator.serviceWorker.ready;
  at("offline").hidden = false;
}

function addresses() {
  const asked = new URLSearchParams(location.search);
  if (asked.has("profile")) at("profile").value = asked.get("profile");
  return asked.getAll("source").map((source) => (source.includes("://") ? source : new URL(source, location.href).href));
}

at("choose-folder").addEventListener("click", async () => {
  if (!("showDirectoryPicker" in window)) return at("folder").click();
  try {
    check(fromPicked(await window.showDirectoryPicker()));
  } catch (error) {
    if (error.name !== "AbortError") say(`The folder could not be opened: ${error.message}`);
  }
});
at("choose-files").addEventListener("click", () => at("files").click());
for (const [id, from] of [["folder", fromListed], ["files", fromFiles]])
  at(id).addEventListener("change", ({ target }) => {
    if (target.files.length) check(from(target.files));
    target.value = ""; // so that the same can be chosen again
  });
at("by-address").addEventListener("submit", (event) => {
  event.preventDefault();
  check(fromAddress(at("address").value.trim()));
});
at("by-text").addEventListener("submit", (event) => {
  event.preventDefault();
  check(fromText(at("text").value));
});
at("stop").addEventListener("click", () => validator.stop());
for (const type of ["dragenter", "dragover", "dragleave", "drop"])
  document.addEventListener(type, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    at("drop").classList.toggle("over", type === "dragenter" || type === "dragover");
    if (type === "drop") check(fromDrop(event.dataTransfer));
  });

say("Loading the validator …");
at("busy").hidden = false;
const [source] = addresses();
if (source) {
  at("address").value = source;
  check(addresses().flatMap(fromAddress));
}
