package dev.mapwright.windows;

import dev.mapwright.windows.answer.Condition;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Every answer that was seen at the call faces in this test run, with the tests that provoked it.
 */
final class ObservedAnswers {
  static final Map<Condition, TreeSet<String>> SEEN = new ConcurrentHashMap<>();

  private static volatile String test = "";

  private ObservedAnswers() {}

  static void answered(Condition condition) {
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
