// Prints texts with the encoding, the units and the parts that Twilio's calculator finds for them:
//   npm install sms-segments-calculator@1.3.0 && node segments.mjs > segments.tsv
import calculator from "sms-segments-calculator";

const GSM = "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡AZÄÖÑÜ§¿azäöñüà";
const ESCAPED = "^{}\\[~]|€\f";
const BEYOND = "`\t’“–…\u00a0çłşЯ字あم";
// A pair of surrogates each; none of them joins with another to one visible character.
const PAIRS = "😀🎉🔑𝒳";

let state = 20260101;
const draw = (bound) => (state = (state * 48271) % 2147483647) % bound;
const of = (chars, length) => Array.from({ length }, () => chars[draw(chars.length)]).join("");

const texts = ["", "a", "€", "😀"];
for (const length of [1, 69, 70, 71, 134, 135, 152, 153, 154, 159, 160, 161, 306, 307, 459, 460]) {
  texts.push("x".repeat(length), of(GSM, length), "ł".repeat(length));
}
// An escape pair or a pair of surrogates on each side of a boundary.
for (const length of [151, 152, 153, 158, 159, 160, 304, 305, 306]) {
  texts.push("x".repeat(length) + "€" + "x".repeat(10), "x".repeat(length) + "€".repeat(8));
}
for (const length of [65, 66, 67, 68, 69, 70, 132, 133, 134]) {
  texts.push("ж".repeat(length) + "😀" + "ж".repeat(5), "ж".repeat(length) + "😀".repeat(4));
}
for (let at = 0; at < 40; at++) {
  texts.push(of(GSM + ESCAPED, draw(400)), of(GSM + BEYOND, draw(200)), of([..."ab" + PAIRS], draw(120)));
}

const units = (message) => message.encodedChars.reduce((sum, char) => sum + (char.codeUnits?.length ?? 0), 0);
for (const text of texts) {
  const message = new calculator.SegmentedMessage(text);
  const encoding = message.encodingName === "GSM-7" ? "gsm7" : "ucs2";
  console.log([JSON.stringify(text), encoding, units(message), message.segments.length].join("\t"));
}
