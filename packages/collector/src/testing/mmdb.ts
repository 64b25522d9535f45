/**
 * A database in MaxMind's format (https://maxmind.github.io/MaxMind-DB/) with countries of IPv4 networks: what a test needs of
 * it, written by hand, since all real ones are large or under licences of their own.
 */
export function mmdb(networks: Readonly<Record<string, string>>): Buffer {
  const countries = [...new Set(Object.values(networks))];
  const offsets = new Map<string, number>();
  const data: Buffer[] = [];
  for (const country of countries) {
    offsets.set(country, Buffer.concat(data).length);
    data.push(map({ country: map({ iso_code: text(country) }) }));
  }

  /** A node is what follows a 0 and a 1: another node, a country, or nothing. */
  type Node = [Child, Child];
  type Child = Node | string | undefined;
  const root: Node = [undefined, undefined];
  for (const [network, country] of Object.entries(networks)) {
    const [address = "", length = "32"] = network.split("/");
    const value = address.split(".").reduce((all, part) => all * 256 + Number(part), 0);
    let node = root;
    for (let bit = 0; bit < Number(length); bit += 1) {
      const side = Math.floor(value / 2 ** (31 - bit)) % 2 === 0 ? 0 : 1;
      if (bit === Number(length) - 1) node[side] = country;
      else {
        const next = node[side];
        const child: Node = Array.isArray(next) ? next : [next, next];
        node[side] = child;
        node = child;
      }
    }
  }
  const nodes: Node[] = [];
  const number = (node: Node) => {
    nodes.push(node);
    for (const child of node) if (Array.isArray(child)) number(child);
  };
  number(root);
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, node] of nodes.entries()) {
    for (const [side, child] of node.entries()) {
      const to = Array.isArray(child)
        ? nodes.indexOf(child)
        : child === undefined
          ? nodes.length
          : nodes.length + 16 + (offsets.get(child) ?? 0);
      tree.writeUIntBE(to, index * 6 + side * 3, 3);
    }
  }
  const metadata = map({
    binary_format_major_version: uint(2),
    binary_format_minor_version: uint(0),
    build_epoch: uint(1),
    database_type: text("Test-Country"),
    description: map({}),
    ip_version: uint(4),
    languages: Buffer.from([0, 4]),
    node_count: uint(nodes.length),
    record_size: uint(24),
  });
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from("\xab\xcd\xefMaxMind.com", "latin1"), metadata]);
}

/** Types 2, 7 and 6 of the format; all that is written here is shorter than 29. */
const text = (value: string) => Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)]);
const map = (entries: Record<string, Buffer>) =>
  Buffer.concat([
    Buffer.from([(7 << 5) | Object.keys(entries).length]),
    ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]),
  ]);
const uint = (value: number) => {
  const bytes = value === 0 ? [] : value < 256 ? [value] : [value >> 8, value & 255];
  return Buffer.from([(6 << 5) | bytes.length, ...bytes]);
};
