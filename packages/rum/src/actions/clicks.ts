import { guard, type Ns, type RelativeMs, type Stop, toNs } from "@sojourn/core";
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

interface Chain {
  clicks: Click[];
  /** It began or ended with text being selected. */
  selected?: boolean;
}

interface Click extends Press {
  /** Is remembered for longer than the click, which holds on to elements. */
  run: Run;
  chain: Chain;
  /** Ends the watch for the page's rest. */
  stop: Stop;
  named?: { action_name: string; action_target: string };
  exempt?: string;
  duration?: Ns | undefined;
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
  const { scope, clean, record, share, options } = sdk;
  const { clock, report } = scope;
  const { watch } = share(activity);
  let clicks: Click[] = [];
  let chain: Chain = { clicks: [] };
  let frame = 0;
  let awaiting = false;

  const forget = observePresses(scope, options.allowUntrustedEvents, (press) => {
    const { href } = location;
    const began = clock.now();
    const run = begin(press.at);
    const click: Click = { ...press, run, chain, stop: () => {} };
    if (!goesOn(lastOf(chain), click)) {
      chain.selected = press.selected;
      endChain();
      chain.selected = press.selected;
    }
    chain.clicks.push(click);
    click.chain = chain;
    clicks.push(click);
    click.stop = watch(
      press.at,
      LONGEST_MS,
      (last, rested, answered) => {
        const now = clock.now();
        run.endedAt = now;
        if (last !== undefined) click.duration = toNs(rested ? last - press.at : LONGEST_MS);
        else click.dead = !answered && location.href === href && now - began <= LATE_MS;
        sweep();
      },
      press.path,
    );
    awaitEnd(CHAIN_MS);
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      // A frame's callbacks run before its paint; a task that starts in one runs after it.
      scope.timer(() => {
        forget();
        clicks.forEach(describe);
      }, 0);
    });
  });
  scope.add(() => cancelAnimationFrame(frame));
  // Who scrolls in between has got on.
  scope.listen(window, ["scroll"], endChain);

  function endChain(): void {
    chain = { clicks: [] };
  }

  const lastOf = ({ clicks }: Chain) => clicks[clicks.length - 1];

  /** One timer for the whole chain: to set another at each click costs more than the rest of the handler. */
  function awaitEnd(ms: number): void {
    if (awaiting) return;
    awaiting = true;
    scope.timer(() => {
      awaiting = false;
      const left = (lastOf(chain)?.at ?? 0) + CHAIN_MS - clock.now();
      if (left >= 0) {
        awaitEnd(left + 1);
        return;
      }
      endChain();
      sweep();
    }, ms);
  }

  const describe = guard(report, (click: Click) => {
    if (click.named) return;
    const { path, target, control } = click;
    click.named = { action_name: clean.text(nameOf(path)), action_target: selectorOf(target, path) };
    click.exempt = exemptOf(path, control);
  });

  const keep = guard(report, (click: Click, exit: boolean) => {
    click.stop();
    describe(click);
    const { run, action_type, at, duration, named, target, chain, exempt = "rage dead error" } = click;
    const { action_id, counts } = run;
    run.endedAt ??= clock.now();
    const { action_name = "", action_target = "" } = named ?? {};
    const rage = chain.clicks[0] === click && isRage(chain.clicks);
    const types = frustrationsOf(
      {
        rage,
        // A form may be answered by a whole document.
        dead: click.dead && action_type !== "submit" && !exit && !chain.selected,
        error: counts.action_error_count,
      },
      exempt,
    );
    const isKept = record({
      type: "action",
      at,
      fields: {
        action_id,
        action_type,
        action_name,
        action_target,
        duration,
        action_position: click.pointed ? { x: Math.round(click.x), y: Math.round(click.y) } : undefined,
        ...counts,
        action_frustration_types: types.length ? types : undefined,
        action_click_count: types[0] === "rage_click" ? chain.clicks.length : undefined,
      },
      source: target,
    });
    if (isKept && types.length) onFrustration?.({ types, name: action_name, selector: action_target, target });
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
    forget();
    endChain();
    sweep(true, exit);
  };
}
