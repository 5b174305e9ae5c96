package dev.mapwright.windows.answer;

/** What an answer is for the caller. */
public enum Effect {
  /** The call was carried out. */
  DONE("done"),
  /** The call was carried out, and something about it is noted as an event. */
  NOTED("done, with an event"),
  /** NULL, FALSE or nothing is returned; nothing has changed, and an event says why. */
  NULL("returns NULL"),
  /** A status is returned that says no; nothing has changed. */
  STATUS("returns"),
  /** A status is raised as an exception; nothing has changed. */
  RAISED("raises"),
  /** A bug check, with or without the verifier. */
  BUG_CHECK("bug check"),
  /**
   * A bug check under Driver Verifier. Without it a misuse event; the call changes nothing and
   * returns its failure.
   */
  VERIFIER("bug check under the verifier"),
  /**
   * A use that the verifier discourages: a bug check under it. Without it the call is carried out,
   * with a misuse event.
   */
  DISCOURAGED("bug check under the verifier, else done with an event"),
  /**
   * A bug check under DMA verification. While that is off nobody looks, and the routine gives the
   * answer of its own.
   */
  DMA_VERIFIER("bug check under DMA verification"),
  /** A misuse that has no code: an event; the call changes nothing and returns its failure. */
  MISUSE("misuse");

  private final String words;

  Effect(String words) {
    this.words = words;
  }

  /** {@return the effect in words, for tables} */
  public String words() {
    return words;
  }
}
