/** Addresses, read by a worker: documents many at once, parts of archives one after the other; and why that fails. */

import { inTurns, joined } from "./folder.js";

const LONGEST = 30_000; // milliseconds to wait for an answer, as the command does
const LARGEST = 1 << 28; // bytes of a document

const CORS = [
  "undecided",
  "the server does not let web pages read this (CORS)",
  "ask whoever runs the server for the header Access-Control-Allow-Origin, on answers of any status; or use the command: ngff validate ADDRESS",
];
const MIXED = [
  "unreachable",
  "browsers do not let a page that came over https read an http:// address",
  "give the https:// address, or use the command: ngff validate ADDRESS",
];
const OFFLINE = ["unreachable", "this computer is offline", ""];
const NO_HOST = ["unreachable", "the server does not answer, or there is no host of that name", "check the address"];
const LATE = ["error", "no answer in time", ""];
const BROKEN = ["error", "the connection broke off before the end of the answer", ""];

/** Answer for documents, in the form that `ngff_web.answers` takes. */
export async function answerFromAddresses(addresses) {
  const about = { statuses: [], sizes: [], problems: {}, listings: [] };
  const answers = await inTurns(addresses, fetched);
  answers.forEach(({ status, data, problem }, number) => {
    about.statuses.push(status);
    about.sizes.push(data?.byteLength ?? 0);
    if (problem) about.problems[number] = problem;
  });
  return { about, data: joined(answers.map(({ data }) => data)) };
}

/** Find out how long a file is: status and size, -1 where the server does not say; or status 0 and why. */
export async function headOf(address) {
  try {
    const answer = await fetch(address, options("HEAD"));
    const size = answer.headers.get("content-length");
    return { status: answer.status, size: size === null || answer.headers.has("content-encoding") ? -1 : Number(size) };
  } catch (error) {
    const [, words, hint] = await why(address, error);
    return { status: 0, size: -1, words, hint };
  }
}

/** Return what asks for parts of a file, and waits: from the first byte to the last, or -1 for all of it. */
export function partsOf(address) {
  return (first, last) => {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.responseType = "arraybuffer";
    if (first >= 0) request.setRequestHeader("Range", `bytes=${first}-${last}`);
    try {
      request.send();
    } catch {
      return { status: 0, body: new Uint8Array() };
    }
    return { status: request.status, body: new Uint8Array(request.response ?? 0) };
  };
}

async function fetched(address) {
  let answer;
  try {
    answer = await fetch(address, options("GET"));
  } catch (error) {
    return { status: 0, problem: await why(address, error) };
  }
  if (answer.status !== 200) return { status: answer.status };
  try {
    if (Number(answer.headers.get("content-length")) > LARGEST) return { status: 413 };
    return { status: 200, data: await answer.arrayBuffer() };
  } catch {
    return { status: 0, problem: BROKEN };
  }
}

function options(method) {
  return { method, cache: "no-cache", credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(LONGEST) };
}

/** Browsers do not say why a request failed; a request whose answer nobody may see tells whether there is a server. */
async function why(address, error) {
  if (error.name === "TimeoutError") return LATE;
  const { protocol, hostname } = new URL(address);
  const isHere = /^(localhost|127\..*|\[::1\])$/.test(hostname);
  if (self.location.protocol === "https:" && protocol === "http:" && !isHere) return MIXED;
  if (!navigator.onLine && !isHere) return OFFLINE;
  try {
    await fetch(address, { ...options("HEAD"), mode: "no-cors" });
    return CORS;
  } catch {
    return NO_HOST;
  }
}
