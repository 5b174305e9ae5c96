package dev.mapwright.proof.windows;

import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.MemoryAccess;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model says that a call answers.
 *
 * @param condition the last answer
 * @param result what is returned; for VOID 0
 * @param numbers the numbers of the answer, {@link #ANY} where they are not compared; for success
 *     none
 * @param notes what is noted about the call before, in this order
 * @param raised the status that is raised; null for none
 */
record Expected(
    Condition condition,
    long result,
    List<Long> numbers,
    List<Condition> notes,
    @Nullable Integer raised) {
  /** A number that is not compared. */
  static final long ANY = 0x5A5A_A5A5_5A5A_A5A5L;

  static Expected done(Condition condition, long result) {
    return new Expected(condition, result, List.of(), List.of(), null);
  }

  /** NULL, a status or a misuse: the result is what such a call returns. */
  static Expected failed(Condition condition, long... numbers) {
    List<Long> list = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      list.add(i < numbers.length ? numbers[i] : 0L);
    }
    long result =
        switch (condition.effect()) {
          case STATUS -> condition.answer().code();
          default -> 0;
        };
    Integer raised = condition.effect() == Effect.RAISED ? condition.answer().code() : null;
    return new Expected(condition, result, list, List.of(), raised);
  }

  /** A pointer leads to nothing that can be read. */
  static Expected unreadable() {
    return failed(MemoryAccess.INVALID_ADDRESS, ANY, 0, 0);
  }

  /** The same with another result: of a misused routine that returns a status. */
  Expected returning(long other) {
    return new Expected(condition, other, numbers, notes, raised);
  }

  /** The same from a routine that raises: a misuse, too. */
  Expected raising(int status) {
    return new Expected(condition, result, numbers, notes, status);
  }

  /** The same after something was noted. */
  Expected after(Condition... noted) {
    List<Condition> all = new ArrayList<>(List.of(noted));
    all.addAll(notes);
    return new Expected(condition, result, numbers, all, raised);
  }

  boolean success() {
    return condition.effect() == Effect.DONE;
  }
}
