// How long something is waited for, in milliseconds, and what becomes of it then. In one place, from the shortest to the longest: what
// waits for something that waits itself has to wait longer.

/** What is shown is better than a sign of waiting that goes at once. */
export const SIGN = 100;

/** A score waits for its words; then it is said in those of the last one, or in English. */
export const WORDS = 1_000;

/** A page takes its time to give its cards their first leads; what comes later somebody has chosen, and it is read out. */
export const SETTLING = 3_000;

/**
 * A Worker starts; then the page does without. Questions have no such limit: how long one takes is up to the machine and to what is
 * asked, and where a computer has slept the limit is over before the answer is looked at. So a Worker that a browser ends without an
 * event leaves its questions open; a lock that the Worker held would tell, and would keep the page from being taken up again by who
 * comes back to it.
 */
export const WORKER = 10_000;

/** A frame answers, its page with the engine in it being loaded meanwhile; then what was set has failed. */
export const FRAME = 30_000;

/**
 * A page decides, and may have to ask a person first. Then a person may ask the page again, as what it was asked may be lost, and in
 * a frame what was asked for is not done.
 */
export const DECISION = 60_000;
