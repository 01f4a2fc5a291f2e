/** Whether an IPv4 address lies in a block: `10.0.0.0/8`, or one address alone. */
export function inBlock(ip: string, block: string): boolean {
  const slash = block.indexOf('/');
  if (slash < 0) return ip === block;
  const shift = 32 - Number(block.slice(slash + 1));
  if (shift >= 32) return true;
  return numberOf(ip) >>> shift === numberOf(block.slice(0, slash)) >>> shift;
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}
