import { access, constants, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "./run.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const INSTALL_IT =
  "install Chromium (Debian: apt-get install chromium) or set CHROMIUM_BIN to the path of a Chromium or Chrome";

/**
 * Path of a Chromium for the tests: CHROMIUM_BIN, else an installed one, else the one of Debian's packages, which
 * root may install. Throws one line that says what to install.
 *
 * @param {{ env: NodeJS.ProcessEnv, say: (line: string) => void }} options
 */
export async function browser({ env, say }) {
  if (env.CHROMIUM_BIN) {
    if (await isExecutable(env.CHROMIUM_BIN)) return env.CHROMIUM_BIN;
    throw new Error(`CHROMIUM_BIN is "${env.CHROMIUM_BIN}", which is not a program that can be run; ${INSTALL_IT}`);
  }
  const installed = await findBrowser(env);
  if (installed) return installed;
  if (!(await canInstall())) throw new Error(`the tests need a browser and none was found; ${INSTALL_IT}`);
  say("Installing Chromium from Debian's packages …");
  await apt(["update"], env);
  await apt(["install", "-y", "--no-install-recommends", "chromium"], env);
  const found = await findBrowser(env);
  if (!found) throw new Error(`apt-get installed chromium, but it is not on the PATH; ${INSTALL_IT}`);
  return found;
}

/** The further engines of the tests: what each needs on the machine, and the packages that bring it. */
const FURTHER = {
  firefox: { needs: ["/usr/bin/firefox-esr"], packages: ["firefox-esr"] },
  webkit: { needs: ["/usr/bin/WebKitWebDriver", "/usr/bin/Xvfb"], packages: ["webkit2gtk-driver", "xvfb"] },
};

/**
 * Engines whose tests can run here besides Chromium's. Root on Debian installs what is missing; elsewhere a missing engine
 * is said and left out, since no other system has packages for all of them. FIREFOX_BIN names another Firefox.
 *
 * @param {{ env: NodeJS.ProcessEnv, say: (line: string) => void, install?: boolean }} options
 * @returns {Promise<string[]>}
 */
export async function furtherEngines({ env, say, install = true }) {
  const engines = [];
  for (const [engine, { needs, packages }] of Object.entries(FURTHER)) {
    const programs = engine === "firefox" && env.FIREFOX_BIN ? [env.FIREFOX_BIN] : needs;
    const there = async () => (await Promise.all(programs.map(isExecutable))).every(Boolean);
    if (install && !(await there()) && (await canInstall())) {
      say(`Installing ${packages.join(" and ")} from Debian's packages …`);
      await apt(["update"], env);
      await apt(["install", "-y", "--no-install-recommends", ...packages], env);
    }
    if (await there()) engines.push(engine);
    else say(`No tests in ${engine}: it is not installed (Debian: apt-get install ${packages.join(" ")}).`);
  }
  return engines;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>}
 */
export async function findBrowser(env) {
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const places = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...MAC_APPLICATIONS];
  for (const place of places) if (await isExecutable(place)) return place;
  return undefined;
}

/** @param {string} path */
export async function isExecutable(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Ubuntu calls itself Debian-like too, but its `chromium` package is a stub for snap, which no container runs. */
export async function canInstall() {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return process.getuid?.() === 0 && /^ID="?debian"?$/m.test(release);
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export async function apt(args, env) {
  const quiet = { ...env, DEBIAN_FRONTEND: "noninteractive" };
  const { code, output } = await run("apt-get", ["-q", ...args], { env: quiet });
  if (code !== 0)
    throw new Error(`apt-get ${args[0]} failed: ${output.match(/^E: .*$/m)?.[0] ?? "no reason given"}; ${INSTALL_IT}`);
}
