// Make one archive of the standard library and our packages, for the runtime that reads it; run by build.py with node:
//   node pack.mjs RUNTIME PACKAGES OUT
// What a run imports is compiled, as that takes the page two seconds otherwise; all else stays as text, which is smaller.
// Prints the HTML report of that run, whose style and script the page has to allow.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

try {
  const [runtime, packages, out] = process.argv.slice(2);
  const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`).href);
  const python = await loadPyodide();
  const read = (path) => new Uint8Array(readFileSync(path));
  python.FS.writeFile("/stdlib.zip", read(`${runtime}/python_stdlib.zip`));
  python.FS.writeFile("/packages.zip", read(packages));
  const { page, pack } = python.runPython(readFileSync(new URL("packing.py", import.meta.url), "utf8") + "\nPACKING").toJs({ dict_converter: Object.fromEntries });
  process.stdout.write(page());
  pack();
  writeFileSync(out, python.FS.readFile("/packed.zip"));
} catch (error) {
  console.error(error.message); // without the source of the runtime, which is one line of a megabyte
  process.exitCode = 1;
}
