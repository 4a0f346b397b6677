/** What a visitor gives - dropped, chosen, pasted, or as an address - in the form that the validator takes. */

import { EnteredFolder, HandledFolder, ListedFolder } from "./folder.js";

const DOCUMENTS = /(^|\.)(json|zattrs|zgroup|zarray|zmetadata)$/i;

/** Take what was dropped; the list of it is gone as soon as the event is over, so that this must be called at once. */
export function fromDrop(transfer) {
  const items = Array.from(transfer.items).filter(({ kind }) => kind === "file");
  const here = items.map((item) => [item.webkitGetAsEntry(), item.getAsFile(), item.getAsFileSystemHandle?.()]);
  const there = here.filter(([entry, file]) => entry || file);
  return Promise.all(there.map(([entry, file, handle]) => (entry?.isDirectory ? fromEntry(entry, handle) : fromFile(file))));
}

async function fromEntry(entry, handle) {
  const folder = await handle?.catch(() => undefined); // browsers give none of some folders
  return ofFolder(folder ? new HandledFolder(folder, entry) : new EnteredFolder(entry));
}

export const fromFiles = (files) => Promise.all(Array.from(files, fromFile));

export const fromPicked = (handle) => [ofFolder(new HandledFolder(handle))];

export const fromListed = (files) => [ofFolder(new ListedFolder(files))];

export const fromText = (text) => [{ kind: "text", name: "-", data: new TextEncoder().encode(text) }];

export const fromAddress = (text) => [{ kind: "address", name: text }];

/** A file is a document where its name says so, else an archive, which is read in parts. */
async function fromFile(file) {
  if (!DOCUMENTS.test(file.name)) return { kind: "file", name: file.name, file };
  return { kind: "text", name: file.name, data: new Uint8Array(await file.arrayBuffer()) };
}

function ofFolder(folder) {
  return { kind: "folder", name: folder.name, folder };
}
