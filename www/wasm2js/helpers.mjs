// What the translated module is given where an instruction has no short form of its own: each by its name, with what it needs.

const wide = (name) => `BigInt.as${name}N`;
const MATH = ["imul", "abs", "ceil", "floor", "sqrt", "trunc", "min", "max", "fround"];
const scratch =
  "const words=new Int32Array(2),double=new Float64Array(words.buffer),long=new BigInt64Array(words.buffer);";

/** Names, of what they need and their text. */
export const HELPERS = {
  ...Object.fromEntries(MATH.map((name) => [name, `const ${name}=Math.${name};`])),
  BigInt: "",
  Number: "",
  clz: "const clz=Math.clz32;",
  ctz: "const ctz=a=>a?31-Math.clz32(a&-a):32;",
  popcnt: "function popcnt(a){let n=0;for(;a;n++)a&=a-1;return n}",
  rotl: "const rotl=(a,b)=>a<<b|a>>>-b;",
  signed64: `const signed64=a=>${wide("Int")}(64,a);`,
  unsigned64: `const unsigned64=a=>${wide("Uint")}(64,a);`,
  wrap: `const wrap=a=>Number(${wide("Int")}(32,a));`,
  rotl64: `const rotl64=(a,b)=>(a=${wide("Uint")}(64,a),${wide("Int")}(64,a<<b|a>>64n-b));`,
  clz64: ["clz", "const clz64=a=>(a=BigInt.asUintN(64,a),BigInt(a>>32n?clz(Number(a>>32n)):32+clz(Number(a))));"],
  ctz64: ["ctz", "const ctz64=a=>BigInt(a&0xffffffffn?ctz(Number(a&0xffffffffn)):32+ctz(Number(BigInt.asIntN(32,a>>32n))));"],
  scratch,
  bitsOf: ["scratch", "const bitsOf=a=>(double[0]=a,long[0]);"],
  ofBits: ["scratch", "const ofBits=a=>(long[0]=a,double[0]);"],
  copysign: ["scratch", "const copysign=(a,b)=>(double[0]=b,words[1]<0?-Math.abs(a):Math.abs(a));"],
  // Conversions saturate, and NaN becomes 0.
  toInt: "const toInt=a=>Math.max(-2147483648,Math.min(2147483647,a))|0;",
  toUint: "const toUint=a=>Math.max(0,Math.min(4294967295,a))|0;",
  toInt64: "const toInt64=a=>a>=2**63?2n**63n-1n:a<-(2**63)?-(2n**63n):a==a?BigInt(Math.trunc(a)):0n;",
  toUint64: "const toUint64=a=>a>=2**64?-1n:a>0?BigInt.asIntN(64,BigInt(Math.trunc(a))):0n;",
  trap: 'function trap(){throw Error("unreachable")}',
  pages: "const pages=()=>memory.buffer.byteLength>>16;",
  copy: "function copy(a,b,n){U8.copyWithin(a>>>0,b>>>0,(b>>>0)+(n>>>0))}",
  fill: "function fill(a,b,n){U8.fill(b,a>>>0,(a>>>0)+(n>>>0))}",
  move: "function move(a,b){a>>>=2;const x=I32[b>>>=2],y=I32[b+1];I32[a]=x;I32[a+1]=y}",
  table: "",
  grow: "",
};
