package dev.mapwright.proof.windows;

import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.bugcheck.BugCheckReport;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes calls, and compares their answers with what the model expects. */
final class Judge {
  private final Stage stage;
  final Tally tally = new Tally();

  /** Lines that say what was done; null when nobody reads them. */
  @Nullable List<String> story;

  private int reports;

  Judge(Stage stage) {
    this.stage = stage;
  }

  /** Adds a line to the story, if anybody reads it. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation is in no dependency of this module
  void tell(String format, Object... arguments) {
    List<String> lines = story;
    if (lines != null) {
      lines.add(format.formatted(arguments));
    }
  }

  /** Makes a call of which the model knows the answer. */
  long call(Expected expected, LongSupplier call) {
    stage.forgetAnswers();
    stage.fickle.arm(true);
    Integer raised = null;
    long result = 0;
    try {
      result = call.getAsLong();
    } catch (NtStatusException exception) {
      raised = exception.status();
    }
    return judge(expected, result, raised);
  }

  /** Compares what a call has answered. */
  long judge(Expected expected, long result, @Nullable Integer raised) {
    List<Condition> all = new ArrayList<>(expected.notes());
    all.add(expected.condition());
    stage.fickle.arm(false);
    tell("  -> %s 0x%x", stage.answers, result);
    require("answers", all, stage.answers);
    for (Condition condition : all) {
      tally.count(condition, condition == expected.condition());
    }
    require("raised", expected.raised(), raised);
    if (expected.result() != Expected.ANY) {
      require("result", hex(expected.result()), hex(result));
    }
    if (!expected.success()) {
      numbers(expected);
    }
    reports(expected);
    return result;
  }

  private void numbers(Expected expected) {
    Refusal refusal = stage.c.lastRefusal();
    if (refusal == null) {
      throw new Divergence(expected.condition() + " left no refusal");
    }
    for (int i = 0; i < expected.numbers().size(); i++) {
      long wanted = expected.numbers().get(i);
      if (wanted != Expected.ANY) {
        require(
            "number " + (i + 1) + " of " + expected.condition(),
            hex(wanted),
            hex(refusal.numbers().get(i)));
      }
    }
  }

  private void reports(Expected expected) {
    List<BugCheckReport> all = stage.kernel.reports();
    boolean stops = stage.kernel.verifier().stops(expected.condition());
    require("bug checks", reports + (stops ? 1 : 0), all.size());
    reports = all.size();
    if (stops) {
      BugCheckReport last = all.getLast();
      Answer answer = expected.condition().answer();
      int shift = answer.parameter1() == Answer.NO_PARAMETER ? 0 : 1;
      require("the report's answer", expected.condition(), last.condition());
      if (shift == 1) {
        require("parameter 1", hex(answer.parameter1()), hex(last.parameters().get(0)));
      }
      for (int i = 0; i < 3; i++) {
        long wanted = expected.numbers().get(i);
        if (wanted != Expected.ANY) {
          int at = i + shift;
          require("parameter " + (at + 1), hex(wanted), hex(last.parameters().get(at)));
        }
      }
    }
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  private static void require(String what, @Nullable Object expected, @Nullable Object seen) {
    if (expected == null ? seen != null : !expected.equals(seen)) {
      throw new Divergence(what + ": " + seen + ", expected " + expected);
    }
  }
}
