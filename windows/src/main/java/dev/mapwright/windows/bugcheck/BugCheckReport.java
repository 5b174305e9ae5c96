package dev.mapwright.windows.bugcheck;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.Condition;
import java.util.List;
import java.util.Locale;

/**
 * The explanation of a misuse: what was done, what the contract says, what happened to the object
 * before, and what to do.
 *
 * @param condition which documented answer it is
 * @param called what was being called, under its documented name
 * @param parameters the four parameters of the bug check
 * @param driver the name of the driver that made the call
 * @param callSite where in the program the call was made; empty when call sites are not recorded
 * @param history what happened to the object before, oldest first, one sentence each
 * @param advice what to do about it
 */
public record BugCheckReport(
    Condition condition,
    String called,
    List<Long> parameters,
    String driver,
    String callSite,
    List<String> history,
    String advice) {

  /** Keeps copies of the lists. */
  public BugCheckReport {
    parameters = List.copyOf(parameters);
    history = List.copyOf(history);
  }

  /** {@return the code, one of {@link BugCheckCode}; 0 for a misuse that has none} */
  public int code() {
    return condition.answer().code();
  }

  /** {@return one line: code, name, parameters, and the sentence that explains them} */
  public String headline() {
    StringBuilder text = new StringBuilder(200);
    if (code() != 0) {
      text.append("0x").append(Integer.toHexString(code()).toUpperCase(Locale.ROOT));
      text.append(' ').append(BugCheckCode.name(code())).append(" (");
      for (int i = 0; i < 4; i++) {
        text.append(i == 0 ? "" : ", ").append("0x").append(Long.toHexString(parameters.get(i)));
      }
      text.append("): ");
    }
    return text.append(called).append(": ").append(condition.answer().sentence()).toString();
  }

  /** {@return the whole report as lines for a person to read, each ended by a newline} */
  public String text() {
    Answer answer = condition.answer();
    StringBuilder text = new StringBuilder(800);
    text.append(headline()).append('\n');
    text.append("  called      ").append(called).append(" by ").append(driver);
    if (!callSite.isEmpty()) {
      text.append(" at ").append(callSite);
    }
    text.append('\n');
    numbers(text, answer);
    text.append("  contract    ").append(answer.source()).append('\n');
    for (int i = 0; i < history.size(); i++) {
      text.append(i == 0 ? "  history     " : "              ").append(history.get(i)).append('\n');
    }
    if (!advice.isEmpty()) {
      text.append("  what to do  ").append(advice).append('\n');
    }
    return text.toString();
  }

  private void numbers(StringBuilder text, Answer answer) {
    if (answer.numbers().isEmpty()) {
      return;
    }
    int at = answer.parameter1() == Answer.NO_PARAMETER ? 0 : 1;
    String lead = "  parameters  ";
    for (String name : answer.numbers().split(", ", -1)) {
      if (at < 4) {
        text.append(lead).append(name).append(": 0x");
        text.append(Long.toHexString(parameters.get(at++))).append('\n');
        lead = "              ";
      }
    }
  }

  @Override
  public String toString() {
    return headline();
  }
}
