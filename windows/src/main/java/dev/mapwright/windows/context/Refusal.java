package dev.mapwright.windows.context;

import dev.mapwright.windows.answer.Condition;
import java.util.List;

/**
 * Why a call was refused, or what was noted about one that was not.
 *
 * @param condition which documented answer it was
 * @param numbers the numbers that go with it; {@link dev.mapwright.windows.answer.Answer#numbers}
 *     says what they are
 */
public record Refusal(Condition condition, List<Long> numbers) {
  /** Keeps a copy of the list. */
  public Refusal {
    numbers = List.copyOf(numbers);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(160);
    text.append(condition.routine().documentedName()).append(": ");
    String code = condition.answer().codeText();
    text.append(code).append(code.isEmpty() ? "" : ", ").append(condition.answer().sentence());
    String names = condition.answer().numbers();
    if (!names.isEmpty()) {
      String[] parts = names.split(", ", -1);
      text.append(" (");
      for (int i = 0; i < Math.min(parts.length, numbers.size()); i++) {
        text.append(i == 0 ? "" : ", ").append(parts[i]).append(": 0x");
        text.append(Long.toHexString(numbers.get(i)));
      }
      text.append(')');
    }
    return text.append(" [").append(condition.answer().source()).append(']').toString();
  }
}
