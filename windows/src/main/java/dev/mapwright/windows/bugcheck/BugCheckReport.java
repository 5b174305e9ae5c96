package dev.mapwright.windows.bugcheck;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.Condition;
import java.util.ArrayList;
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
 * @param facts what is known of it, one sentence each, the most important first
 * @param history what happened to the object before, oldest first, one sentence each
 * @param advice what to do about it
 */
public record BugCheckReport(
    Condition condition,
    String called,
    List<Long> parameters,
    String driver,
    String callSite,
    List<String> facts,
    List<String> history,
    String advice) {
  private static final int WIDTH = 100;
  private static final int INDENT = 14;

  /** Keeps copies of the lists. */
  public BugCheckReport {
    parameters = List.copyOf(parameters);
    facts = List.copyOf(facts);
    history = List.copyOf(history);
  }

  /**
   * Explains a misuse of which nothing else is known.
   *
   * @param condition which documented answer it is
   * @param called what was being called, under its documented name
   * @param parameters the four parameters of the bug check
   * @param driver the name of the driver that made the call
   * @param callSite where in the program the call was made; empty when that is not recorded
   * @param history what happened to the object before, oldest first, one sentence each
   * @param advice what to do about it
   */
  public BugCheckReport(
      Condition condition,
      String called,
      List<Long> parameters,
      String driver,
      String callSite,
      List<String> history,
      String advice) {
    this(condition, called, parameters, driver, callSite, List.of(), history, advice);
  }

  /** {@return the code, one of {@link BugCheckCode}; 0 for a misuse that has none} */
  public int code() {
    return condition.answer().code();
  }

  /** {@return one line: code, name, parameters, and the sentence that explains them} */
  public String headline() {
    return (code() == 0 ? "" : stopCode() + ": ") + called + ": " + condition.answer().sentence();
  }

  /** The code with its name and the parameters, as a crash dump shows them. */
  private String stopCode() {
    StringBuilder text = new StringBuilder(100);
    text.append("0x").append(Integer.toHexString(code()).toUpperCase(Locale.ROOT));
    text.append(' ').append(BugCheckCode.name(code())).append(" (");
    for (int i = 0; i < 4; i++) {
      text.append(i == 0 ? "" : ", ").append("0x").append(Long.toHexString(parameters.get(i)));
    }
    return text.append(')').toString();
  }

  /**
   * {@return the whole report as lines for a person to read, each ended by a newline and, but for
   * long names, of at most 100 characters}
   */
  public String text() {
    Answer answer = condition.answer();
    StringBuilder text = new StringBuilder(800);
    text.append(code() == 0 ? "misuse" : stopCode()).append('\n');
    String by = called + " by " + driver;
    add(text, "called", callSite.isEmpty() ? by : by + " at " + callSite);
    add(text, "wrong", answer.sentence());
    List<String> numbers = numbers(answer);
    for (int i = 0; i < numbers.size(); i++) {
      add(text, i == 0 ? "parameters" : "", numbers.get(i));
    }
    add(text, "contract", answer.source());
    for (int i = 0; i < facts.size(); i++) {
      add(text, i == 0 ? "facts" : "", facts.get(i));
    }
    for (int i = 0; i < history.size(); i++) {
      add(text, i == 0 ? "history" : "", history.get(i));
    }
    if (!advice.isEmpty()) {
      add(text, "what to do", advice);
    }
    return text.toString();
  }

  /** One line, or several where it is long. */
  private static void add(StringBuilder text, String label, String words) {
    String lead = "  " + label + " ".repeat(INDENT - 2 - label.length());
    int column = 0;
    for (String word : words.split(" ", -1)) {
      if (column == 0 || column + 1 + word.length() > WIDTH) {
        text.append(column == 0 ? lead : "\n" + " ".repeat(INDENT)).append(word);
        column = INDENT + word.length();
      } else {
        text.append(' ').append(word);
        column += 1 + word.length();
      }
    }
    text.append('\n');
  }

  /** What each parameter is: all but one that names the kind, which the sentence has said. */
  private List<String> numbers(Answer answer) {
    List<String> lines = new ArrayList<>();
    int at = answer.parameter1() == Answer.NO_PARAMETER ? 0 : 1;
    for (String name : answer.numbers().split(", ", -1)) {
      boolean nothing = name.isEmpty() || name.equals("0");
      if (at < 4 && !nothing) {
        lines.add(name + ": " + value(name, parameters.get(at)));
      }
      at++;
    }
    return lines;
  }

  /** A number as people read it: tags are characters, too, and counts are decimal. */
  private static String value(String name, long number) {
    String text = "0x" + Long.toHexString(number);
    if (name.endsWith("tag")) {
      return text + " = " + PoolTag.text((int) number);
    }
    boolean count = name.contains("pages") || name.contains("bytes") || name.contains("locks");
    return count && number > 9 ? text + " = " + number : text;
  }

  @Override
  public String toString() {
    return headline();
  }
}
