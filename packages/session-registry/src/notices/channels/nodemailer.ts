import { createHash } from "node:crypto";
import type { Destination, NoticeChannel, NoticeMessage } from "../delivery.js";
import { type Composed, type ComposeOptions, compose } from "./compose.js";

/** What is used of a nodemailer transport. */
export interface MailTransport {
  sendMail(mail: MailToSend): Promise<unknown>;
}

export interface MailToSend {
  readonly from: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailOptions extends ComposeOptions {
  /** `nodemailer.createTransport(…)`. */
  readonly transport: MailTransport;
  /** The sender, `Name <address>`. */
  readonly from: string;
  /** Addresses of a user, with when they were set and whether they are confirmed. */
  readonly addressesOf: (userId: string) => Promise<readonly Destination[]> | readonly Destination[];
  /** @default "mail" */
  readonly name?: string;
  /** Writes the mail itself. @default plain English text */
  readonly compose?: (message: NoticeMessage, options: ComposeOptions) => Composed;
}

/** Notices by mail. A mail that is sent again has the same `Message-ID`, by which mailboxes know it. */
export function mailChannel(options: MailOptions): NoticeChannel {
  const { transport, from, addressesOf, name = "mail" } = options;
  const domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1];
  if (domain === undefined) throw new TypeError(`from must end with a mail address: ${from} was given`);
  return {
    name,
    destinationsOf: addressesOf,
    async send(to, message, key) {
      const { subject, text } = (options.compose ?? compose)(message, options);
      const id = createHash("sha256").update(key).digest("hex").slice(0, 32);
      // As an object the address is taken as one, whatever stands in it.
      await transport.sendMail({
        from,
        to: { name: "", address: to },
        subject,
        text,
        messageId: `<${id}@${domain}>`,
        headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
      });
    },
  };
}
