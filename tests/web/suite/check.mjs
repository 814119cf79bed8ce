// Assertions and a runner that work alike in Node and in a page.

/** Runs the tests of a suite; one result per test, with the stack of what failed. */
export async function runSuite(tests, host) {
  const results = [];
  for (const { name, run } of tests) {
    try {
      await run(host);
      results.push({ name });
    } catch (error) {
      results.push({ name, error: told(error) });
    }
  }
  return results;
}

/** The message and the stack, which only in V8 begins with the message. */
function told(error) {
  const [message, stack] = [String(error), String(error?.stack ?? "")];
  return stack.startsWith(message) ? stack : `${message}\n${stack}`;
}

/** Fails with a message that shows both values. */
export function equal(actual, expected, what = "value") {
  const [found, wanted] = [show(actual), show(expected)];
  if (found !== wanted) throw new Error(`${what}: expected ${wanted}, found ${found}`);
}

export function ok(condition, what) {
  if (!condition) throw new Error(what);
}

/** What `act` throws; it is an error of the test if it throws nothing, or no `Error`. */
export function thrownBy(act) {
  try {
    act();
  } catch (error) {
    ok(error instanceof Error, `expected an Error to be thrown, found ${show(error)}`);
    return error;
  }
  throw new Error("expected an error, none was thrown");
}

/** A small generator with a stated seed (mulberry32), uniform over [0, 1). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function show(value) {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (ArrayBuffer.isView(value)) return show([...value]);
  return JSON.stringify(value, (_, part) => (typeof part === "number" && !Number.isFinite(part) ? String(part) : part));
}
