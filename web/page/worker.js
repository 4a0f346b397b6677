/** The validator: Python and its rules in a worker, which answers one run after the other. */

import { answerFromAddresses, headOf, partsOf } from "./address.js";
import { loadPyodide } from "./pyodide/pyodide.mjs";

const PACKED = { "pyodide.asm.wasm": "application/wasm", "python_stdlib.zip": "application/zip" };
const CAN_WAIT = "Suspending" in WebAssembly; // Python, for answers of the page; elsewhere it is called again with them
const OFTEN = 100; // milliseconds from one word on the progress to the next

const answers = new Map(); // what the page is asked for, by number
let asked = 0;
let last = ready();

self.onmessage = ({ data }) => {
  if ("answer" in data) {
    answers.get(data.answer)(data);
    answers.delete(data.answer);
  } else {
    last = last.then((python) => run(python, data).then(() => python));
  }
};

async function ready() {
  const plain = self.fetch;
  self.fetch = (what, options) => {
    const name = String(what?.url ?? what).split("/").pop();
    return name in PACKED ? unpacked(plain, `${what}.gzip`, PACKED[name]) : plain(what, options);
  };
  try {
    const python = await loadPyodide({
      indexURL: new URL("pyodide/", import.meta.url).href,
      convertNullToNone: true,
    });
    const { Check, versions } = python.pyimport("ngff_web.check");
    const { waiting } = CAN_WAIT ? python.pyimport("ngff_web.browser") : { waiting: () => null };
    self.postMessage({ ready: versions().toJs() });
    return { Check, waiting };
  } catch (error) {
    self.postMessage({ failed: String(error.message ?? error) });
    throw error;
  } finally {
    self.fetch = plain;
  }
}

/** Not every server compresses what it sends: what is large comes compressed as it is. */
async function unpacked(plain, address, type) {
  const answer = await plain(address);
  if (!answer.ok) throw new Error(`${address}: the server answered with status ${answer.status}`);
  return new Response(answer.body.pipeThrough(new DecompressionStream("gzip")), { headers: { "content-type": type } });
}

async function run({ Check, waiting }, { given, version, profile }) {
  const subjects = await Promise.all(given.map(prepared));
  const answerFor = (number, keys, prefixes) =>
    given[number].kind === "folder" ? fromPage(number, keys, prefixes) : answerFromAddresses(keys);
  let check;
  try {
    check = Check(subjects, version, profile, waiting(answerFor), progress());
    const step = () => (CAN_WAIT ? check.step.callPromising() : check.step());
    for (let wanted; (wanted = (await step())?.toJs()); ) check.tell(await answerFor(...wanted));
    self.postMessage({
      done: { problem: check.problem, verdicts: check.verdicts().toJs(), json: check.report("json"), html: check.report("html") },
    });
  } catch (error) {
    self.postMessage({ failed: String(error.message ?? error) });
  } finally {
    check?.destroy();
  }
}

async function prepared(one) {
  if (one.kind === "file") return { ...one, size: one.file.size, read: reading(one.file) };
  if (one.kind !== "address" || !/\.(zip|ozx)$/i.test(pathOf(one.name))) return one;
  return { ...one, head: await headOf(one.name), request: partsOf(one.name) };
}

function pathOf(address) {
  try {
    return decodeURIComponent(new URL(address).pathname).replace(/\/+$/, "");
  } catch {
    return "";
  }
}

function reading(file) {
  const reader = new FileReaderSync();
  return (start, end) => new Uint8Array(reader.readAsArrayBuffer(file.slice(start, end)));
}

function fromPage(number, keys, prefixes) {
  const ask = asked++;
  self.postMessage({ ask, number, keys, prefixes });
  return new Promise((resolve) => answers.set(ask, resolve));
}

function progress() {
  let next = 0;
  return (documents) => {
    if (performance.now() < next) return;
    next = performance.now() + OFTEN;
    self.postMessage({ progress: documents });
  };
}
