package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;
import java.util.Locale;

/**
 * One row of the table of answers.
 *
 * @param routine whose answer it is
 * @param effect what the caller sees
 * @param code a status for STATUS and RAISED, the code of a bug check for BUG_CHECK, VERIFIER and
 *     DISCOURAGED, else 0
 * @param parameter1 the bug check's first parameter where that names the kind of misuse; {@link
 *     #NO_PARAMETER} where it is an address or a count of the call, and for other effects
 * @param source who says so: a page of the documentation and its section, a bug check's page, a
 *     header, or this library where all of them are silent
 * @param sentence the condition in words, without a final period: a clause fit for an error message
 * @param numbers what the numbers are that the answer carries along, separated by commas: of a bug
 *     check the parameters from the second on (from the first, where that is none of the kind);
 *     empty when there are none
 */
public record Answer(
    Routine routine,
    Effect effect,
    int code,
    long parameter1,
    String source,
    String sentence,
    String numbers) {
  /** The {@link #parameter1} of answers that have none which names a kind. */
  public static final long NO_PARAMETER = -1;

  /** {@return whether the effect is or can be a bug check} */
  public boolean bugCheck() {
    return effect == Effect.BUG_CHECK
        || effect == Effect.VERIFIER
        || effect == Effect.DISCOURAGED
        || effect == Effect.DMA_VERIFIER;
  }

  /**
   * {@return the code as people write it: {@code 0xDA/0x104}, {@code STATUS_NOT_MAPPED_VIEW},
   * {@code NULL}, or empty}
   */
  public String codeText() {
    if (bugCheck()) {
      String text = "0x" + Integer.toHexString(code).toUpperCase(Locale.ROOT);
      return parameter1 == NO_PARAMETER
          ? text
          : text + "/0x" + Long.toHexString(parameter1).toUpperCase(Locale.ROOT);
    }
    return switch (effect) {
      case STATUS, RAISED -> NtStatus.name(code);
      case NULL -> "NULL";
      default -> "";
    };
  }

  /** {@return the documented name of the bug check's code; empty for other effects} */
  public String bugCheckName() {
    return bugCheck() ? BugCheckCode.name(code) : "";
  }
}
