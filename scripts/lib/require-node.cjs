// Runs before anything else, so it keeps to syntax that an old Node can read: it would otherwise stop at the
// first modern line with a syntax error that helps nobody.
const MINIMUM = 20;
const major = Number(process.versions.node.split(".")[0]);

if (!(major >= MINIMUM)) {
  process.stderr.write(
    `sojourn: needs Node.js ${MINIMUM} or newer, and this is ${process.version} (https://nodejs.org)\n`,
  );
  process.exit(1);
}
