// @ts-check
// A picture.

import { crc32, deflateSync } from "node:zlib";

/** A logo of noise, which no format makes smaller; by itself the largest that is taken. */
export const logo = (width = 160, height = 96) => {
  /** @param {string} type @param {Uint8Array} data */
  const chunk = (type, data) => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([size, named, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  let noise = 1;
  const rows = Buffer.alloc((width + 1) * height).map((_, at) => {
    noise = (noise * 48_271) % 2_147_483_647;
    return at % (width + 1) === 0 ? 0 : noise & 0xff;
  });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
};
