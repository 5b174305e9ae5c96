package dev.mapwright.proof.lines;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SharedLinesTest {
  static List<SharedLines.Line> lines(Pair pair) throws ReflectiveOperationException {
    Function<Pair, List<SharedLines.Line>> workload = new WritesLoader(null).make(Workload.class);
    return workload.apply(pair);
  }

  @Test
  void report() throws Exception {
    for (boolean one : new boolean[] {false, true}) {
      for (Operation operation : Operation.values()) {
        Pair pair = new Pair(operation, operation, one);
        List<SharedLines.Line> lines = lines(pair);
        System.out.println("== " + pair + ": " + lines.size());
        java.util.Map<String, SharedLines.Line> first = new java.util.TreeMap<>();
        java.util.Map<String, Integer> count = new java.util.TreeMap<>();
        lines.forEach(line -> first.putIfAbsent(line.name(), line));
        lines.forEach(line -> count.merge(line.name(), 1, Integer::sum));
        first.values().forEach(line -> System.out.println(count.get(line.name()) + "x " + line));
      }
    }
  }

  public static void main(String... args) throws Exception {
    new SharedLinesTest().report();
  }
}
