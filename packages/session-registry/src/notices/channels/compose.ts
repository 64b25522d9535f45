import { programOf } from "@sojourn/client-info";
import type { NoticeMessage } from "../delivery.js";
import type { NoticeEntry } from "../notice.js";

export interface Composed {
  readonly subject: string;
  readonly text: string;
}

export interface ComposeOptions {
  /** Name of the application. */
  readonly product: string;
  /** For times. @default "en" and UTC */
  readonly locale?: string;
  readonly timeZone?: string;
}

const SUBJECTS: Readonly<Record<NoticeMessage["kind"], string>> = {
  new_sign_in: "New sign-in",
  new_country: "Signed in from a new country",
  client_mismatch: "We signed out a session",
  reuse: "We signed out a session",
  digest: "New sign-ins",
};
const REASONS: Readonly<Record<NoticeMessage["kind"], string>> = {
  new_sign_in: "Somebody signed in to your account from a browser or network that we have not seen before.",
  new_country: "Your account was used from a country that it was not used from before.",
  client_mismatch: "A session of your account was used by another program or system, and we ended it.",
  reuse: "A session of your account was used in two places at once, and we ended it.",
  digest: "Your account was signed in to more often than usual.",
};

/** Plain English text of a notice. What clients claimed of themselves is cut and has no line breaks. */
export function compose(
  message: NoticeMessage,
  { product, locale = "en", timeZone = "UTC" }: ComposeOptions,
): Composed {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone });
  const lines = message.entries.map((entry) => `- ${format.format(entry.at)} (${timeZone}): ${placeOf(entry)}`);
  const more = message.count - message.entries.length;
  return {
    subject: `${oneLine(product, 60)}: ${SUBJECTS[message.kind]}`,
    text: [
      REASONS[message.kind],
      "",
      ...lines,
      ...(more > 0 ? [`- and ${more} more`] : []),
      "",
      message.reportUrl === undefined
        ? "If this was not you, look at the list of your devices and change your password."
        : `If this was you, there is nothing to do. If it was not, open this page within 7 days:\n${message.reportUrl}`,
    ].join("\n"),
  };
}

function placeOf({ client: { info, country, address } }: NoticeEntry): string {
  const program = programOf(info)?.name ?? "an unknown program";
  const system = info.os?.name ? ` on ${info.os.name}` : "";
  const place = [country, address].filter(Boolean).join(", ");
  return oneLine(`${program}${system}${place && `, from ${place}`}`, 200);
}

/** A header has one line, and a line of a mail is not continued by what somebody wrote into a user agent. */
const oneLine = (text: string, most: number): string => text.replace(/\p{Cc}+/gu, " ").slice(0, most);
