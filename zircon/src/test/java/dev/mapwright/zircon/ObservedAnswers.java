package dev.mapwright.zircon;

import dev.mapwright.zircon.answer.Condition;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Every answer that was seen at the call face in this test run, with the tests that provoked it.
 */
final class ObservedAnswers {
  /** The tests for each answer; an answer with a status that is not its own is a defect at once. */
  static final Map<Condition, TreeSet<String>> SEEN = new ConcurrentHashMap<>();

  private static volatile String test = "";

  private ObservedAnswers() {}

  static void answered(Condition condition, int status) {
    if (status != condition.status()) {
      throw new AssertionError(condition + " came with the status " + status);
    }
    TreeSet<String> tests = SEEN.computeIfAbsent(condition, new_ -> new TreeSet<>());
    synchronized (tests) {
      tests.add(test);
    }
  }

  /** Notes which test runs. */
  static final class NameOfTest implements BeforeEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) {
      test = context.getRequiredTestClass().getSimpleName() + ": " + context.getDisplayName();
    }
  }
}
