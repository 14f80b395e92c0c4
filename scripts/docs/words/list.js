// Words that the documentation, messages, and comments of this project avoid, each with what to write instead.
// A pattern sees text without code. Add a word when a review finds it twice.

/** British spellings. They are looked for in every folder, whatever else it is checked for. */
export const spellings = [
  [/\b\w*(?:behaviour|colour|favour|honour|labour|neighbour)\w*/i, "American spelling: -or"],
  [
    /\b\w*(?:authoris|categoris|customis|initialis|maximis|minimis|normalis|optimis(?!t)|organis|prioritis|recognis|serialis|summaris|synchronis|tokenis|utilis)\w*/i,
    "American spelling: -ize",
  ],
  [/\banaly(?:se|sed|ses|sing)\b/i, "American spelling: analyze"],
  [/\b(?:cancell|labell|modell|signall|travell)(?:ed|ing)\b/i, "American spelling: a single l (canceled)"],
  [/\b(?:licence|defence|centre|catalogue|artefact|judgement|grey|whilst|fulfil)s?\b/i, "American spelling"],
];

/** Old vocabulary of this project. */
export const vocabulary = [
  [/\b(?:whoever|somebody|anybody|nobody|everybody)\b/i, "Name the actor: the caller, the server, you, your team."],
  [/\bby (?:itself|themselves)\b/i, "Write 'automatically', or name what does it."],
  [
    /\bstands? (?:over|under|beneath|beside|aside|at|in its place)\b/i,
    "Write 'overrides', 'is set on', or 'replaces'.",
  ],
  [/\b(?:comes|came|come) to for\b|\bwhat \w+ comes to\b/i, "Write 'the result of'."],
  [/\b(?:take|takes|taken|took) away\b/i, "Write 'remove'."],
  [/\b(?:leave|leaves|leaving|left) (?:\w+ )?out\b/i, "Write 'omit'."],
  [/\bmend(?:s|ed|ing)?\b/i, "Write 'fix'."],
  [/\baccidents?\b/i, "Write 'outage' or 'failure'."],
  [/\btraps?\b/i, "Write 'pitfall'."],
  [/\b(?:hears?|heard)\b/i, "Write 'receives'."],
  [/\b(?:is|are|was|were|be|been) told\b/i, "Write 'is reported' or 'receives'."],
  [/\blet pass\b/i, "Write 'accepted'."],
  [/\bonly reads?\b/i, "Write 'is read-only' or 'safe'."],
  [/\b(?:earlier|good|error|documented|ordinary) answers?\b/i, "Write 'response'."],
  [
    /(?<!\bthere )\b(?:is|are) no (?!longer|more|such|further|other|way|need)\w+/i,
    "Write 'is not a', 'has no', or 'isn't'.",
  ],
  [/\b(?:calls|requests|retries|responses|attempts|exchanges|times|\d) a (?:second|minute)\b/i, "Write 'per second'."],
  [/\b(?:ms|s|min|seconds) (?:an|a) attempt\b/i, "Write 'per attempt'."],
  [/\b(?:ms|s|min|seconds|requests|calls) in all\b/i, "Write 'total'."],
  [/\d %/, "No space before the percent sign."],
  [/\be\. ?g\.|\bi\. ?e\./i, "Write 'for example' or 'that is'."],
  [/\bfor ever\b/i, "Write 'forever' or 'indefinitely'."],
  [/\b(?:places|place) (?:in the queue|of the bulkhead|÷)|\b\d+ places\b/i, "Write 'slots'."],
  [/\bsenseless\b|\bno sense\b/i, "Write 'invalid' or 'contradictory'."],
  [/\bgo(?:es|ing)? mad\b/i, "Say what happens: the service returns too much data."],
  [/\bgiven? up for good\b|\bat one go\b|\band the like\b/i, "Say it plainly, or drop it."],
  [/\bnot to be had\b|\bthere are none\b/i, "Write 'isn't supported' or 'has none'."],
  [/\bits own business\b|\bown business\b/i, "Say who is responsible."],
];
