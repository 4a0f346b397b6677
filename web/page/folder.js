/**
 * Folders that a visitor gives, read one document at a time: what is not asked for, such as chunks, is never looked at.
 *
 * A folder has `read(key)`, which returns a File, or null for what is absent, and `list(prefix)`, which returns names,
 * those of folders with a final slash, or null. Whatever else goes wrong is thrown.
 */

const LARGEST = 1 << 28; // bytes of a document, as in ngff_core.stores.base
const AT_ONCE = 256; // files that are opened, and folders that are listed
const KEPT = 1024; // folders that stay open; of a plate those of the last fields are asked for again
const TOGETHER = 32; // files that are read as one, which costs least; those of several at once

/**
 * A handle: `showDirectoryPicker` gives it, and a drop where the browser opens files quicker in this way (Chromium).
 *
 * Handles take fewer names than entries, which the folder has where it was dropped.
 */
export class HandledFolder {
  constructor(handle, entry = null) {
    this.name = handle.name;
    this.handle = handle;
    this.entered = entry && new EnteredFolder(entry);
    this.folders = new Map();
  }

  async read(key) {
    const [parent, name] = divided(key);
    try {
      const file = await (await this.folder(parent)).getFileHandle(name);
      return await file.getFile();
    } catch (error) {
      return this.instead(error).read(key);
    }
  }

  async list(prefix) {
    const names = [];
    try {
      for await (const entry of (await this.folder(prefix)).values()) names.push(named(entry.name, entry.kind === "directory"));
      return names;
    } catch (error) {
      return this.instead(error).list(prefix);
    }
  }

  instead(error) {
    if (error.name !== "TypeError" || !this.entered) throw error;
    return this.entered;
  }

  async folder(path) {
    if (!path) return this.handle;
    if (!this.folders.has(path)) {
      const [parent, name] = divided(path);
      this.folders.set(path, this.folder(parent).then((folder) => folder.getDirectoryHandle(name)));
      if (this.folders.size > KEPT) this.folders.delete(this.folders.keys().next().value);
    }
    return this.folders.get(path);
  }
}

/** An entry: `webkitGetAsEntry` gives it for what is dropped, in all browsers. */
export class EnteredFolder {
  constructor(entry) {
    this.name = entry.name;
    this.entry = entry;
  }

  async read(key) {
    const entry = await called(this.entry, "getFile", key, {});
    return called(entry, "file");
  }

  async list(prefix) {
    const folder = prefix ? await called(this.entry, "getDirectory", prefix, {}) : this.entry;
    const reader = folder.createReader();
    const names = [];
    for (let some; (some = await called(reader, "readEntries")).length; )
      for (const entry of some) names.push(named(entry.name, entry.isDirectory));
    return names;
  }
}

/** What `<input webkitdirectory>` gives: all files, which browsers without `showDirectoryPicker` have looked for. */
export class ListedFolder {
  constructor(files) {
    this.name = files[0].webkitRelativePath.split("/", 1)[0];
    this.files = new Map(Array.from(files, (file) => [file.webkitRelativePath.slice(this.name.length + 1), file]));
    this.names = new Map([["", new Set()]]);
    for (const key of this.files.keys()) this.note(key, false);
  }

  note(path, isFolder) {
    const [parent, name] = divided(path);
    if (parent && !this.names.has(parent)) this.note(parent, true);
    if (!this.names.has(parent)) this.names.set(parent, new Set());
    this.names.get(parent).add(named(name, isFolder));
  }

  async read(key) {
    if (this.names.has(key)) throw new DOMException("", "TypeMismatchError");
    return this.files.get(key) ?? null;
  }

  async list(prefix) {
    return [...(this.names.get(prefix) ?? [])];
  }
}

/** Answer for keys and prefixes of a folder, in the form that `ngff_web.answers` takes. */
export async function answerFrom(folder, keys, prefixes) {
  const listed = inTurns(prefixes, (prefix) => listing(folder, prefix));
  const answers = await inTurns(keys, (key) => found(folder, key));
  const some = Array.from({ length: Math.ceil(keys.length / TOGETHER) }, (_, n) => answers.slice(n * TOGETHER, (n + 1) * TOGETHER));
  const data = joined(await Promise.all(some.map(readTogether)));
  const listings = await listed;
  const problems = Object.fromEntries(answers.flatMap(({ problem }, number) => (problem ? [[number, problem]] : [])));
  const statuses = answers.map(({ status }) => status);
  return { about: { statuses, sizes: answers.map(({ file }) => file?.size ?? 0), problems, listings }, data };
}

/** Call a function with each item, a few at once; return what it returns, in order. */
export async function inTurns(items, call) {
  const results = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const number = next++;
      results[number] = await call(items[number]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  return results;
}

/** Put buffers one after the other; those that are not there take no room. */
export function joined(buffers) {
  const there = buffers.filter(Boolean);
  const all = new Uint8Array(there.reduce((size, { byteLength }) => size + byteLength, 0));
  let end = 0;
  for (const buffer of there) {
    all.set(new Uint8Array(buffer), end);
    end += buffer.byteLength;
  }
  return all;
}

async function found(folder, key) {
  try {
    const file = await folder.read(key);
    if (file === null) return { status: 404 };
    return file.size > LARGEST ? { status: 413 } : { status: 200, file };
  } catch (error) {
    if (error.name === "NotFoundError") return { status: 404 };
    if (error.name === "TypeMismatchError") return mismatch(folder, key);
    return { status: 0, problem: ["error", words(error), ""] };
  }
}

async function contentOf(blob) {
  return new Uint8Array(await blob.arrayBuffer());
}

async function readTogether(answers) {
  try {
    return await contentOf(new Blob(answers.flatMap(({ file }) => file ?? [])));
  } catch {
    return joined(await inTurns(answers, readAlone));
  }
}

/** Read one file where not all can be read; what cannot is noted in its answer. */
async function readAlone(answer) {
  if (!answer.file) return undefined;
  try {
    return await contentOf(answer.file);
  } catch (error) {
    Object.assign(answer, { status: 0, file: undefined, problem: ["error", words(error), ""] });
    return undefined;
  }
}

/** A folder is where a document is expected; or a file where a folder is, below which nothing can be. */
async function mismatch(folder, key) {
  const [parent, name] = divided(key);
  const isFolder = ((await listing(folder, parent)) ?? []).includes(`${name}/`);
  return isFolder ? { status: 0, problem: ["error", "it is a directory, expected a file", ""] } : { status: 404 };
}

async function listing(folder, prefix) {
  try {
    return await folder.list(prefix);
  } catch (error) {
    return error.name === "NotFoundError" || error.name === "TypeMismatchError" ? [] : null;
  }
}

function words(error) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "permission denied";
  if (error.name === "TypeError") return "browsers open no files of that name";
  return `it could not be read (${error.name})`;
}

function divided(path) {
  const slash = path.lastIndexOf("/");
  return [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
}

function named(name, isFolder) {
  return isFolder ? `${name}/` : name;
}

function called(object, method, ...given) {
  return new Promise((resolve, reject) => object[method](...given, resolve, reject));
}
