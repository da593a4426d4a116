import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Loopback, link-local, private, shared and reserved ranges: RFC 6890 and its registry. */
function privateRanges(): BlockList {
  const list = new BlockList();
  const v4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'];
  v4.push('192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3');
  const v6 = ['::/127', '64:ff9b::/96', '100::/64', 'fc00::/7', 'fe80::/10', 'ff00::/8'];
  for (const range of v4) addRange(list, range, 'ipv4');
  for (const range of v6) addRange(list, range, 'ipv6');
  return list;
}

function addRange(list: BlockList, range: string, family: 'ipv4' | 'ipv6'): void {
  const [network, prefix] = range.split('/');
  list.addSubnet(network, Number(prefix), family);
}

/**
 * Whether any address of a host lies in a private range. A name is looked up here and again by the request that
 * follows, so a server of names that answers differently the second time gets past it.
 *
 * @param host as in a URL: a name, an IPv4 address or an IPv6 address in brackets
 * @returns false for a name that cannot be resolved: the request will say so
 */
export async function isPrivateHost(host: string): Promise<boolean> {
  const bare = host.replace(/^\[|\]$/g, '');
  const ranges = privateRanges();
  const addresses = isIP(bare) ? [bare] : await resolve(bare);
  return addresses.some((address) => ranges.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
}

async function resolve(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}
