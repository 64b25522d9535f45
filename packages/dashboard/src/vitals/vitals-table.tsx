import type { VitalsItem } from "../api/figures.js";
import { formatCount } from "../format/numbers.js";
import { Clip } from "../ui/text.js";
import { Wide } from "../ui/wide.js";
import { FIELD_NAMES, FIELDS, formatVital, ratingOf } from "./definitions.js";
import { Distribution } from "./distribution.js";

export interface VitalsTableProps {
  items: readonly VitalsItem[];
  /** What the groups are. */
  head: string;
  /** The address of a group's own page. */
  href?: (group: string) => string;
}

/** The p75 of every vital for each group, with how LCP stands. */
export function VitalsTable({ items, head, href }: VitalsTableProps) {
  return (
    <Wide label={`Vitals by ${head.toLowerCase()}`}>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col" class="num">
              Views
            </th>
            {FIELD_NAMES.map((field) => (
              <th key={field} scope="col" class="num">
                <abbr title={FIELDS[field]?.title}>{FIELDS[field]?.name}</abbr>
              </th>
            ))}
            <th scope="col" class="bar-column">
              LCP of all views
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ group, views, vitals }) => {
            const name = String(group ?? "");
            const shown = <Clip text={name || "(none)"} />;
            return (
              <tr key={name}>
                <td>{href ? <a href={href(name)}>{shown}</a> : shown}</td>
                <td class="num">{formatCount(views)}</td>
                {FIELD_NAMES.map((field) => {
                  const { p75, samples } = vitals[field];
                  return (
                    <td
                      key={field}
                      class={`num rated is-${ratingOf(field, p75) ?? "none"}`}
                      title={`${samples} samples`}
                    >
                      {formatVital(field, p75)}
                    </td>
                  );
                })}
                <td class="bar-column">
                  <Distribution figures={vitals.largest_contentful_paint} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Wide>
  );
}
