/** The validator as the page sees it: one worker, which can be stopped, and which asks for what is in folders. */

import { answerFrom } from "./folder.js";

export class Validator {
  /** `told` has a method for each thing that happens: ready(versions), progress(documents), failed(message). */
  constructor(told) {
    this.told = told;
    this.start();
  }

  start() {
    this.ready = new Promise((resolve) => (this.begun = resolve));
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.take(data);
    this.worker.onerror = (event) => this.fail(event.message || "the worker could not be started");
  }

  /** Check what a visitor gives, once `ready`; resolves with what comes of it. */
  check(given, version, profile) {
    this.folders = given.map(({ folder }) => folder);
    const sent = given.map(({ folder, ...one }) => one);
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.worker.postMessage({ given: sent, version, profile });
    });
  }

  /** Stop what is being checked; the next check begins with a new worker. */
  stop() {
    this.worker.terminate();
    this.start();
    this.settle?.reject(new Error("stopped"));
    this.settle = undefined;
  }

  fail(message) {
    if (this.settle) this.settle.reject(new Error(message));
    else this.told.failed(message);
    this.settle = undefined;
  }

  async take(data) {
    if (data.ready) {
      this.told.ready(data.ready);
      this.begun();
    } else if ("progress" in data) this.told.progress(data.progress);
    else if (data.failed) this.fail(data.failed);
    else if (data.done) {
      this.settle?.resolve(data.done);
      this.settle = undefined;
    } else {
      const { worker } = this;
      const { about, data: bytes } = await answerFrom(this.folders[data.number], data.keys, data.prefixes);
      worker.postMessage({ answer: data.ask, about, data: bytes }, [bytes.buffer]);
    }
  }
}
