import { isSampled, type SessionBlock } from "@sojourn/core";
import type { Session } from "./manager.js";
import { admissionOf, ratesOf } from "./sampling.js";
import { countFields } from "./totals.js";
import { readType, type TypeInfo, type TypeOptions } from "./type.js";

/** Writes sessions as they travel. Once a page was told it is synthetic, it stays so. */
export function createBlockEncoder<View>(options: TypeOptions) {
  let told: TypeInfo | undefined;

  return function encode(session: Session<View>, viewIndex: (view: View) => number): SessionBlock {
    const info = told ?? readType(options);
    if (info.type === "synthetics") told = info;
    const { totals, firstView, lastView } = session;
    const rates = ratesOf(session);
    return {
      session_id: session.id,
      session_type: info.type,
      session_created_at: session.created,
      session_active_until_at: session.activeUntil,
      session_referrer: session.referrer,
      session_sample_rate: rates.session,
      session_on_error_sample_rate: rates.onError || undefined,
      // What was numbered before a rate was lowered may still leave.
      sampled_for_error_session: (!isSampled(session.id, rates.session) && admissionOf(session) === "now") || undefined,
      first_view: firstView && viewIndex(firstView),
      last_view: lastView && viewIndex(lastView),
      ...countFields("session", totals),
      synthetics_test_id: info.testId,
      synthetics_result_id: info.resultId,
      confirmed: session.confirmed,
    };
  };
}
