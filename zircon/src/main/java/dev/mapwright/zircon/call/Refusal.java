package dev.mapwright.zircon.call;

import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Why the last call of a context was refused: the documented condition, and up to two numbers that
 * belong to it. A context has one instance, which each call clears and a refusal fills, so that
 * refusing allocates nothing. Not thread-safe.
 */
public final class Refusal {
  private @Nullable Condition condition;
  private int status;
  private long first;
  private long second;

  Refusal() {}

  void clear() {
    set(null, MxStatus.MX_OK, 0, 0);
  }

  void set(@Nullable Condition why, int answer, long firstNumber, long secondNumber) {
    condition = why;
    status = answer;
    first = firstNumber;
    second = secondNumber;
  }

  /** {@return which documented condition it was; null when the last call was not refused} */
  public @Nullable Condition condition() {
    return condition;
  }

  /** {@return the negative status that was returned; 0 when the last call was not refused} */
  public int status() {
    return status;
  }

  /** {@return the first number; {@link Condition#numbers} says what it is} */
  public long first() {
    return first;
  }

  /** {@return the second number; {@link Condition#numbers} says what it is} */
  public long second() {
    return second;
  }

  @Override
  public String toString() {
    Condition why = condition;
    if (why == null) {
      return "no refusal";
    }
    StringBuilder text = new StringBuilder(120);
    text.append(why.routine().documentedName()).append(": ").append(MxStatus.name(status));
    text.append(", ").append(why.sentence());
    if (!why.numbers().isEmpty()) {
      text.append(" (").append(why.numbers()).append(": 0x").append(Long.toHexString(first));
      if (why.numbers().contains(" and ")) {
        text.append(", 0x").append(Long.toHexString(second));
      }
      text.append(')');
    }
    return text.append(" [").append(why.source()).append(']').toString();
  }
}
