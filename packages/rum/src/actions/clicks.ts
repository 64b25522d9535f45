import { guard, type Ns, type RelativeMs, toNs } from "@sojourn/core";
import { activity } from "../activity/index.js";
import { nameOf } from "../element/name.js";
import { selectorOf } from "../element/selector.js";
import type { Sdk } from "../sdk.js";
import { CHAIN_MS, goesOn, isRage } from "./chain.js";
import { observePresses, type Press } from "./observe.js";
import { exemptOf, frustrationsOf } from "./outcome.js";
import type { Run } from "./runs.js";

/** A click that annoyed a person. */
export interface Frustration {
  /** Some of `rage_click`, `dead_click` and `error_click`. */
  types: string[];
  name: string;
  selector: string;
  /** What was clicked. It may have left the page since. */
  target: Element;
}

/** A page that is busy for longer after a click is busy with something else. */
const LONGEST_MS = 10_000;
/** A page that is held up for longer was not idle: it showed a dialog, or worked. */
const LATE_MS = 500;

/** How often it is asked whose outcome is known by now, while some wait. */
const SWEEP_MS = 250;

interface Chain {
  clicks: Click[];
  /** It began or ended with text being selected. */
  selected?: boolean;
}

interface Click extends Press {
  /** Is remembered for longer than the click, which holds on to elements. */
  run: Run;
  chain: Chain;
  described?: { name: string; selector: string; exempt: string };
  duration?: Ns;
  dead?: boolean;
}

/**
 * Clicks: each trusted one is an action. The handler only remembers; name and selector are found after the next paint, so
 * that an interaction never waits for its measurement. It is recorded when the page came to rest and no other click can
 * follow that makes it one of several.
 */
export function clickActions(
  sdk: Sdk,
  begin: (at: RelativeMs) => Run,
  onFrustration: ((click: Frustration) => void) | undefined,
): (exit: boolean) => void {
  const { scope, clean, record, share, options, views } = sdk;
  const { clock, report } = scope;
  const { watch } = share(activity);
  let clicks: Click[] = [];
  let chain: Chain = { clicks: [] };
  let painting = false;
  let sweeping = false;

  observePresses(scope, options.allowUntrustedEvents, (press) => {
    const { href } = location;
    const began = clock.now();
    if (!goesOn(lastOf(chain), press)) {
      chain.selected ||= press.selected;
      chain = { clicks: [], selected: press.selected };
    }
    const click: Click = { ...press, run: begin(press.at), chain };
    chain.clicks.push(click);
    clicks.push(click);
    watch(
      press.at,
      LONGEST_MS,
      (last, rested, answered) => {
        const now = clock.now();
        click.run.endedAt ??= now;
        if (last !== undefined) click.duration = toNs(rested ? last - press.at : LONGEST_MS);
        else click.dead = !answered && location.href === href && now - began <= LATE_MS;
      },
      press.path,
    );
    sweepSoon();
    if (painting) return;
    painting = true;
    requestAnimationFrame(() => {
      painting = false;
      // A frame's callbacks run before its paint; a task that starts in one runs after it.
      scope.timer(() => clicks.forEach(describe), 0);
    });
  });
  // Who scrolls in between has got on.
  scope.listen(window, ["scroll"], endChain);

  function endChain(): void {
    chain = { clicks: [] };
  }

  const lastOf = ({ clicks }: Chain) => clicks[clicks.length - 1];

  /** One timer for all: to set another at each click costs more than the rest of the handler. */
  function sweepSoon(): void {
    if (sweeping || !clicks.length) return;
    sweeping = true;
    scope.timer(() => {
      sweeping = false;
      const last = lastOf(chain);
      if (last && clock.now() - last.at > CHAIN_MS) endChain();
      sweep();
      sweepSoon();
    }, SWEEP_MS);
  }

  function describe(click: Click) {
    const { path, target, control } = click;
    click.described ??= {
      name: clean.text(nameOf(path)),
      selector: selectorOf(target, path),
      exempt: exemptOf(path, control),
    };
    return click.described;
  }

  const keep = guard(report, (click: Click, exit: boolean) => {
    const { name, selector, exempt } = describe(click);
    const { run, action_type, at, x, y, duration, dead, target, chain } = click;
    const { action_id, counts } = run;
    run.endedAt ??= clock.now();
    const types = frustrationsOf(
      {
        rage: chain.clicks[0] === click && isRage(chain.clicks),
        dead: dead && !exit && !chain.selected,
        error: run.failed,
      },
      exempt,
    );
    const annoys = types.length > 0;
    const isKept = record({
      type: "action",
      at,
      fields: {
        action_id,
        action_type,
        action_name: name,
        action_target: selector,
        duration,
        action_position: click.pointed ? { x: Math.round(x), y: Math.round(y) } : undefined,
        ...counts,
        action_frustration_types: annoys ? types : undefined,
        action_click_count: types[0] === "rage_click" ? chain.clicks.length : undefined,
      },
      source: target,
    });
    const view = views.at(at);
    if (!isKept || !annoys || !view) return;
    const { measures } = view;
    measures.frustration_count = (measures.frustration_count ?? 0) + 1;
    views.changed(view);
    onFrustration?.({ types, name, selector, target });
  });

  /** Records every click whose outcome is known. */
  function sweep(all = false, exit = false): void {
    const waiting = clicks;
    clicks = [];
    for (const click of waiting) {
      if (all || (click.run.endedAt && click.chain !== chain)) keep(click, exit);
      else clicks.push(click);
    }
  }

  return (exit) => {
    endChain();
    sweep(true, exit);
  };
}
